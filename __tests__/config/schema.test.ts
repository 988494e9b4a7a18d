import { readdirSync, readFileSync } from "node:fs";
import { environmentJsonSchema } from "../../config/json-schema";

const REFRESH = "node bin/launch.mjs config/write-schema.ts";

test(`the editors' schema is the loader's (refresh it with: ${REFRESH})`, () => {
  const written: unknown = JSON.parse(readFileSync("config/environment.schema.json", "utf8"));
  expect(written).toEqual(JSON.parse(JSON.stringify(environmentJsonSchema())));
});

test("every field of the editors' schema has a description", () => {
  const without: string[] = [];
  const visit = (schema: unknown, path: string) => {
    const { properties } = schema as { properties?: Record<string, { description?: string }> };
    for (const [key, field] of Object.entries(properties ?? {})) {
      if (field.description === undefined) without.push(`${path}${key}`);
      visit(field, `${path}${key}.`);
    }
  };
  visit(environmentJsonSchema(), "");
  expect(without).toEqual([]);
});

test("every environment's file names the editors' schema on its first line", () => {
  const files = readdirSync("config/environments");
  const first = files.map((file) => readFileSync(`config/environments/${file}`, "utf8").split("\n")[0]);
  expect(new Set(first)).toEqual(new Set(["# yaml-language-server: $schema=../environment.schema.json"]));
});

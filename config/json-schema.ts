import * as z from "zod";
import { EnvironmentFile } from "./schema";

/** The JSON Schema that editors check an environment's file with, made from the schema that the loader uses. */
export function environmentJsonSchema(): object {
  return z.toJSONSchema(EnvironmentFile, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      if (jsonSchema.multipleOf !== 1) return;
      jsonSchema.type = "integer"; // says the same to an editor, in fewer words
      delete jsonSchema.multipleOf;
    },
  });
}

import { CommandError } from "../../cli/failure";
import { type CommandContext, embeddedConfigOf, typed, withClients } from "../../cli/session";
import { loadConfig } from "../../config/load";
import { TestFolder } from "../support/folder";

new TestFolder().home();

const context = (environment: string, embedded: boolean) => ({ environment, embedded }) as CommandContext;

describe("typed", () => {
  test.each([
    ["local", false, "npx groundplan status local"],
    ["local", true, "npx groundplan status local"],
    ["dev", true, "npx groundplan status dev --embedded"],
    ["dev", false, "npx groundplan status dev"],
  ])("names the command for %s (embedded: %p)", (environment, embedded, text) => {
    expect(typed("status", context(environment, embedded))).toBe(text);
  });

  test("keeps --embedded for a configuration that was loaded with it", () => {
    expect(typed("status", loadConfig("prod", { embedded: true }))).toBe(
      "npx groundplan status prod --embedded",
    );
  });
});

describe("embeddedConfigOf", () => {
  test("takes an environment that is embedded, by its file or by the option", () => {
    expect(embeddedConfigOf(context("local", false), "up").embedded).toBe(true);
    expect(embeddedConfigOf(context("prod", true), "up")).toMatchObject({
      accountId: "222222222222",
      embedded: true,
    });
  });

  test("rejects one that lives on the real AWS", () => {
    expect(() => embeddedConfigOf(context("prod", false), "destroy")).toThrow(
      new CommandError({
        message: "destroy works on the embedded AWS only, and prod lives in account 222222222222",
      }),
    );
  });
});

describe("withClients", () => {
  const failing = (name: string, environment = "local") =>
    withClients(loadConfig(environment), async () => {
      throw Object.assign(new Error("it is not there"), { name });
    });

  test.each(["ResourceNotFoundException", "NoSuchBucket", "QueueDoesNotExist"])(
    "rejects %s as not deployed, and says what to type",
    async (name) => {
      await expect(failing(name)).rejects.toMatchObject({
        details: {
          message: "local is not deployed, or not all of it",
          said: `${name}: it is not there`,
          next: "npx groundplan up local",
        },
      });
    },
  );

  test("rejects the same on the real AWS without a command that would be refused", async () => {
    await expect(failing("NoSuchBucket", "dev")).rejects.toMatchObject({
      details: { message: "dev is not deployed, or not all of it", next: undefined },
    });
  });

  test("rejects any other error as it is", async () => {
    await expect(failing("AccessDenied")).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

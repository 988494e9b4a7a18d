import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PermanentError, TransientError } from "../../../lambdas/shared/errors";
import { isLost, sqlState, stageError } from "../../../lambdas/shared/postgres-errors";
import { addressOf, iamPassword, isLoopback } from "../../../lambdas/shared/postgres-login";
import { masterUser } from "../../../lambdas/shared/postgres-secret";

const address = { host: "db.example", port: 5432, database: "events", user: "u" };
const refused = (code: string, more = {}): Error => Object.assign(new Error("said"), { code, ...more });

describe("an error of PostgreSQL", () => {
  test.each(["40P01", "40001", "53300", "57P01", "57P03", "08006", "55P03", "57014", "42P01"])(
    "is worth another try: %s",
    (code) => {
      const error = stageError(refused(code), address);
      expect(error).toBeInstanceOf(TransientError);
      expect(error.message).toBe(`postgres db.example:5432/events: ${code} said: it is tried again`);
    },
  );

  test("is permanent where data break a rule, and does not quote them", () => {
    expect(stageError(refused("23514", { table: "t", constraint: "c" }), address)).toEqual(
      new PermanentError("postgres db.example:5432/events: refuses the data with 23514 at t c"),
    );
    expect(stageError(refused("22003"), address)).toEqual(
      new PermanentError("postgres db.example:5432/events: refuses the data with 22003"),
    );
  });

  test.each([
    ["57P01", true],
    ["25P03", true],
    ["08006", true],
    ["ECONNRESET", true],
    ["40P01", false],
    ["57014", false],
  ])("%s ends the connection: %s", (code, lost) => {
    expect(isLost(refused(code))).toBe(lost);
  });

  test("has a code of five characters, others have none", () => {
    expect(sqlState(refused("40P01"))).toBe("40P01");
    expect(sqlState(refused("ECONNRESET"))).toBeUndefined();
    expect(sqlState(undefined)).toBeUndefined();
    expect(stageError("text", address).message).toBe(
      "postgres db.example:5432/events: text: it is tried again",
    );
  });
});

describe("a login", () => {
  test.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["localhost", true],
    ["::1", true],
    ["127.0.0.1.example", false],
    ["db.example", false],
  ])("knows that %s is this machine: %s", (host, local) => {
    expect(isLoopback(host)).toBe(local);
  });

  test("asks nobody for a password on this machine", async () => {
    expect(await iamPassword({ ...address, host: "127.0.0.1" })).toBe("iam");
  });

  test("signs its password for host, port and user elsewhere", async () => {
    const before = process.env;
    process.env = {
      ...before,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_REGION: "eu-central-1",
    };
    try {
      expect(await iamPassword(address)).toMatch(
        /^db\.example:5432\/\?Action=connect&DBUser=u&.*X-Amz-Expires=900/,
      );
    } finally {
      process.env = before;
    }
  });

  test("reads its address from the environment", () => {
    const env = { DATABASE_HOST: "db.example", DATABASE_PORT: "5432", DATABASE_NAME: "events" };
    expect(addressOf(env, "u")).toEqual(address);
  });
});

describe("the master's secret", () => {
  const client = (SecretString?: string): SecretsManagerClient =>
    ({ send: async () => ({ SecretString }) }) as unknown as SecretsManagerClient;

  test("is what RDS keeps", async () => {
    expect(await masterUser("arn", client('{"username":"u","password":"p","more":1}'))).toEqual({
      user: "u",
      password: "p",
    });
  });

  test.each([undefined, "text", '{"username":"u"}'])(
    "rejects another one without naming it: %s",
    async (text) => {
      await expect(masterUser("arn", client(text))).rejects.toThrow(
        new PermanentError(
          "secret arn: must be JSON with username and password, got something else: name the secret that RDS made",
        ),
      );
    },
  );
});

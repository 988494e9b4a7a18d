import { LoadFiguresEnv } from "../../../lambdas/load/env";
import { formatAmount, isAmount, parseAmount, readAmount } from "../../../lambdas/shared/amount";
import { PermanentError, TransientError } from "../../../lambdas/shared/errors";
import { Head, isLoaded } from "../../../lambdas/shared/head";
import { dayOf, parseInstant } from "../../../lambdas/shared/instant";
import { parseEnv } from "../../../lambdas/shared/parse-env";
import { retryDelaySeconds } from "../../../lambdas/shared/retry-delay";
import { isNewer, type Order, orderOf, type Version } from "../../../lambdas/shared/version";
import { StructureEnv } from "../../../lambdas/structure/env";

describe("an amount", () => {
  test.each([
    ["0", 0n, "0.00"],
    ["0.0001", 1n, "0.0001"],
    ["11.77", 117_700n, "11.77"],
    ["11.7", 117_000n, "11.70"],
    ["11.777", 117_770n, "11.777"],
    ["99999999999999.9999", 999_999_999_999_999_999n, "99999999999999.9999"],
  ])("keeps %s exactly", (text, value, shown) => {
    expect(isAmount(text)).toBe(true);
    expect(parseAmount(text)).toBe(value);
    expect(formatAmount(value, 2)).toBe(shown);
    expect(readAmount(shown)).toBe(value);
  });

  test("adds a dime and two dimes to three", () => {
    expect(formatAmount(parseAmount("0.1") + parseAmount("0.2"))).toBe("0.3");
  });

  test("stays exact past a double", () => {
    expect(formatAmount(parseAmount("10000000000000.01") + parseAmount("9999999999999.9901"))).toBe(
      "20000000000000.0001",
    );
  });

  test("is read and shown below zero", () => {
    expect(readAmount("-0.5")).toBe(-5_000n);
    expect(formatAmount(-5_000n, 2)).toBe("-0.50");
  });

  test("rejects text of a store that is no decimal", () => {
    expect(() => readAmount("1.23456")).toThrow(
      new RangeError("amount must have at most 4 decimals, got 1.23456"),
    );
  });
});

describe("an instant", () => {
  test.each([
    ["1970-01-01T00:00:00Z", 0],
    ["1997-01-01T12:00:00Z", 852_120_000_000_000],
    ["2024-02-29T23:59:59.5Z", 1_709_251_199_500_000],
    ["2024-05-17T12:00:00.000001Z", 1_715_947_200_000_001],
    ["2199-12-31T23:59:59.999999Z", 7_258_118_399_999_999],
  ])("counts %s in microseconds", (text, micros) => {
    expect(parseInstant(text)).toBe(micros);
    expect(dayOf(micros)).toBe(text.slice(0, 10));
  });

  test.each([
    "1969-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-04-00T00:00:00Z",
    "2024-04-01T24:00:00Z",
    "2024-04-01T23:60:00Z",
    "2024-04-01T23:59:60Z",
    "2024-04-01T23:59:59",
    "2024-04-01t23:59:59z",
    "2024-04-01T23:59:59.Z",
    "2024-04-01T23:59:59.1234567Z",
    "2024-04-01 23:59:59Z",
    " 2024-04-01T23:59:59Z",
  ])("rejects %s", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test("has a leap day in 2000", () => {
    expect(parseInstant("2000-02-29T00:00:00Z")).toBe(951_782_400_000_000);
  });
});

describe("a version", () => {
  const version = (
    sequencer: string | null,
    etag = "a",
    lastModified = "2024-01-01T00:00:00.000Z",
  ): Version => ({
    sequencer,
    etag,
    lastModified,
  });

  test.each<[string, Version, Version, Order]>([
    ["a larger sequencer", version("0065B"), version("0065A"), "newer"],
    ["a smaller sequencer", version("0065A"), version("0065B"), "older"],
    ["a longer one with the same start", version("0065A1"), version("0065A"), "newer"],
    ["a shorter one padded on its right", version("7"), version("65"), "newer"],
    ["one that only adds zeros", version("65000"), version("65"), "same"],
    ["the same in small letters", version("00ab"), version("00AB"), "same"],
    [
      "a sequencer in spite of an earlier time",
      version("02", "a", "2023-01-01T00:00:00Z"),
      version("01"),
      "newer",
    ],
    ["the same etag and time without sequencers", version(null), version(null), "same"],
    ["the same etag and time, better known", version("01"), version(null), "newer"],
    ["the same etag and time, known less well", version(null), version("01"), "older"],
    ["another etag in the same second", version(null, "b"), version(null, "a"), "unclear"],
    [
      "another etag in the same second, one with a sequencer",
      version("01", "b"),
      version(null, "a"),
      "unclear",
    ],
    // A multipart upload that ends later may have begun earlier.
    ["a later time", version(null, "b", "2024-01-01T00:00:01.000Z"), version("ff"), "unclear"],
    [
      "the same content at a later time",
      version(null, "a", "2024-01-01T00:00:01.000Z"),
      version(null),
      "unclear",
    ],
  ])("stands to another one by %s", (_what, left, right, order) => {
    expect(orderOf(left, right)).toBe(order);
    const mirrored = { newer: "older", older: "newer", same: "same", unclear: "unclear" }[order];
    expect(orderOf(right, left)).toBe(mirrored);
    const sequenced = left.sequencer !== null && right.sequencer !== null;
    expect(isNewer(left, right)).toBe(sequenced && order === "newer");
  });
});

describe("a head", () => {
  const head: Head = {
    etag: "e",
    sequencer: null,
    lastModified: "",
    status: "loaded",
    manifestEtag: "m",
    run: "r",
    loadedAt: "t",
  };

  test("says whether a version is loaded", () => {
    expect(isLoaded(undefined, "e")).toBe(false);
    expect(isLoaded(head, "e")).toBe(true);
    expect(isLoaded(head, "f")).toBe(false);
    expect(isLoaded({ ...head, status: "loading" }, "e")).toBe(false);
    expect(Head.safeParse(head).success).toBe(true);
  });
});

describe("an environment", () => {
  test("gives the variables of its contract only", () => {
    const env = { CURATED_BUCKET: "c", REJECTED_BUCKET: "r", QUEUE_URL: "q", HOME: "/" };
    expect(parseEnv(StructureEnv, env)).toEqual({
      CURATED_BUCKET: "c",
      REJECTED_BUCKET: "r",
      QUEUE_URL: "q",
    });
  });

  test("rejects every missing or empty variable by name", () => {
    expect(() => parseEnv(StructureEnv, { CURATED_BUCKET: "c", REJECTED_BUCKET: "" })).toThrow(
      'environment: REJECTED_BUCKET must be a non-empty string, got ""; QUEUE_URL must be a non-empty string, got nothing: ' +
        "set it in the function's configuration",
    );
  });

  test("rejects a variable that is not of its form, and says the form", () => {
    const env = { QUEUE_URL: "q", FIGURES_TABLE: "f", CONTRIBUTIONS_TABLE: "c", FIGURES_KEPT_DAYS: "soon" };
    expect(() => parseEnv(LoadFiguresEnv, env)).toThrow(
      'environment: FIGURES_KEPT_DAYS must match /^(?:|[1-9]\\d{0,3})$/, got "soon": set it in the function\'s configuration',
    );
  });
});

describe("the wait after a failure", () => {
  test.each<[string, Error, number, number, number]>([
    ["nothing for a permanent failure", new PermanentError("x"), 1, 0.9, 0],
    ["2 seconds at first", new Error("x"), 1, 0, 2],
    ["2 to 4 seconds at first", new Error("x"), 1, 0.99, 4],
    ["four times as long each time", new Error("x"), 4, 0, 128],
    ["four times as long each time, at most", new Error("x"), 4, 0.999, 256],
    ["no more than 900 seconds", new TransientError("x"), 60, 0.999, 900],
    ["a second or two after a lost race", new TransientError("x", { soon: true }), 1, 0.99, 2],
    ["2 to 4 seconds after a second one", new TransientError("x", { soon: true }), 2, 0, 2],
    ["as long as for others after a third one", new TransientError("x", { soon: true }), 3, 0, 32],
  ])("is %s", (_what, error, receiveCount, random, seconds) => {
    expect(retryDelaySeconds(error, receiveCount, random)).toBe(seconds);
  });

  test.each([new Error("x"), new TransientError("x"), new TransientError("x", { soon: true })])(
    "leaves a store two minutes at the least before the fifth delivery: %p",
    (error) => {
      const waits = [1, 2, 3, 4].map((receiveCount) => retryDelaySeconds(error, receiveCount, 0));
      expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(120);
    },
  );
});

/** Decimals that an amount is kept with, everywhere: an amount is a bigint of 1/10,000 of its currency. */
export const AMOUNT_SCALE = 4;
/** Digits of DECIMAL(18,4), which fills a Parquet INT64. */
export const AMOUNT_PRECISION = 18;

const UNIT = 10n ** BigInt(AMOUNT_SCALE);
const SHAPE = /^(?:0|[1-9]\d{0,13})(?:\.\d{1,4})?$/;

/** How an amount must look, for messages. */
export const AMOUNT_RULE =
  'must be a decimal string like "11.77" with at most 14 digits before and 4 after the point';

/** Whether `text` is an amount: not negative, no exponent, no leading zeros. */
export function isAmount(text: string): boolean {
  return SHAPE.test(text);
}

/** The exact value of a text that `isAmount` accepts, in 1/10,000. */
export function parseAmount(text: string): bigint {
  const point = text.indexOf(".");
  const whole = point < 0 ? text : text.slice(0, point);
  const decimals = point < 0 ? "" : text.slice(point + 1);
  return BigInt(whole + decimals.padEnd(AMOUNT_SCALE, "0"));
}

/** An amount in 1/10,000 (also a negative one) as decimal text with `minDecimals` or as many more as it needs. */
export function formatAmount(amount: bigint, minDecimals = 0): string {
  const size = amount < 0n ? -amount : amount;
  const decimals = (size % UNIT)
    .toString()
    .padStart(AMOUNT_SCALE, "0")
    .replace(/0+$/, "")
    .padEnd(minDecimals, "0");
  return `${amount < 0n ? "-" : ""}${size / UNIT}${decimals === "" ? "" : `.${decimals}`}`;
}

/** The amount that a decimal text of a store stands for (sums may be negative or large), in 1/10,000. */
export function readAmount(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) throw new RangeError(`amount must have at most ${AMOUNT_SCALE} decimals, got ${text}`);
  const [, sign, whole, decimals = ""] = match;
  const size = BigInt(`${whole}${decimals.padEnd(AMOUNT_SCALE, "0")}`);
  return sign === "-" ? -size : size;
}

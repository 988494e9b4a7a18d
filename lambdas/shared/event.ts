import * as z from "zod/mini";
import { AMOUNT_RULE, isAmount } from "./amount";
import { INSTANT_RULE, parseInstant } from "./instant";

/** Versions of the event schema that are understood; an event without `schemaVersion` is of version 1. */
export const EVENT_SCHEMA_VERSIONS = [1, 2] as const;
/** Characters of an offending value that a reason shows. */
const SHOWN_CHARACTERS = 64;
const MAX_QUANTITY = 2_147_483_647;

const SHOP_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** No `#` (it separates parts of a store's key), no control characters, no lone surrogates (not UTF-8). */
const ID = /^[^#\p{Cc}\p{Cs}]{1,128}$/u;
const CURRENCY = /^[A-Z]{3}$/;

const ID_RULE = "must be a string of 1 to 128 characters without # and control characters";
const RULES: Readonly<Record<string, string>> = {
  schemaVersion: `must be ${EVENT_SCHEMA_VERSIONS.join(", ")} or absent`,
  eventId: ID_RULE,
  type: "must be one of view, click, add_to_cart, purchase",
  occurredAt: INSTANT_RULE,
  shopId:
    "must be a string of 1 to 64 letters, digits, dots, dashes and underscores that begins with a letter or digit",
  contentId: ID_RULE,
  productId: ID_RULE,
  visitorId: ID_RULE,
  quantity: `must be a whole number from 1 to ${MAX_QUANTITY}`,
  amount: AMOUNT_RULE,
  currency: "must be an ISO 4217 code of three capital letters",
  sessionId: ID_RULE,
};

const id = z.string().check(z.regex(ID));
const quantity = z.int().check(z.gte(1), z.lte(MAX_QUANTITY));
const amount = z.string().check(z.refine(isAmount));
const currency = z.string().check(z.regex(CURRENCY));
const common = {
  eventId: id,
  occurredAt: z.string().check(z.refine((text) => parseInstant(text) !== undefined)),
  shopId: z.string().check(z.regex(SHOP_ID)),
  contentId: z.optional(id),
  productId: z.optional(id),
  visitorId: id,
};

const version1 = {
  ...common,
  schemaVersion: z.optional(z.literal(1)),
  sessionId: z.optional(z.undefined()),
};
const version2 = { ...common, schemaVersion: z.literal(2), sessionId: id };

/** A purchase has quantity, amount and currency, other types may. */
const ofVersion = <T extends typeof version1 | typeof version2>(fields: T) =>
  z.discriminatedUnion("type", [
    z.strictObject({ ...fields, type: z.literal("purchase"), quantity, amount, currency }),
    z.strictObject({
      ...fields,
      type: z.enum(["view", "click", "add_to_cart"]),
      quantity: z.optional(quantity),
      amount: z.optional(amount),
      currency: z.optional(currency),
    }),
  ]);

const EventV1 = ofVersion(version1);
const EventV2 = ofVersion(version2);

/**
 * One event of a shop: what a line of a raw file must be. Version 2 has a `sessionId`, version 1 must not have one.
 * Unknown fields are mistakes. The amount is decimal *text*, so that it never passes through a binary float.
 */
export const Event = z.union([EventV1, EventV2]);
export type Event = z.infer<typeof Event>;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function reasonFor(field: string, value: unknown): string {
  const rule = RULES[field] ?? "is not known";
  if (field === "amount" && typeof value === "number")
    return `amount must be a string so that it stays exact, got the number ${shown(value)}`;
  return value === undefined ? `${field} is missing: it ${rule}` : `${field} ${rule}, got ${shown(value)}`;
}

/** Everything that is wrong with a parsed line, each with field, rule and value; undefined when it is an Event. */
export function mistakesIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return `a line must be a JSON object, got ${shown(value)}`;
  const fields = value as Readonly<Record<string, unknown>>;
  const second = fields.schemaVersion === 2;
  const parsed = (second ? EventV2 : EventV1).safeParse(value);
  if (parsed.success) return undefined;
  const reasons = parsed.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => `${shown(key)} is not a field of an event, got ${shown(fields[key])}`);
    const field = String(issue.path[0]);
    if (field === "sessionId" && !second)
      return [`sessionId is a field of schema version 2 only, got ${shown(fields[field])}`];
    return [reasonFor(field, fields[field])];
  });
  return [...new Set(reasons)].join("; ");
}

/** Printable ASCII but `#`: an id of nearly every event, told in a tenth of the time of the full rule. */
const PLAIN_ID = /^[ !"$-~]{1,128}$/;
const isId = (value: unknown): boolean =>
  typeof value === "string" && (PLAIN_ID.test(value) || ID.test(value));
const isText = (value: unknown, rule: RegExp): boolean => typeof value === "string" && rule.test(value);

/**
 * Whether a parsed line is an Event: the same answer as the schema's, several times faster (a test compares the
 * two). Only lines that it refuses are shown to the schema, for the reason.
 */
export function isEvent(value: unknown): value is Event {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const event = value as Readonly<Record<string, unknown>>;
  for (const field in event) if (!Object.hasOwn(RULES, field)) return false;
  const { schemaVersion, type, quantity, amount, currency, contentId, productId } = event;
  const sale = type === "purchase";
  if (!sale && type !== "view" && type !== "click" && type !== "add_to_cart") return false;
  return (
    (schemaVersion === 2
      ? isId(event.sessionId)
      : (schemaVersion === undefined || schemaVersion === 1) && event.sessionId === undefined) &&
    isId(event.eventId) &&
    isId(event.visitorId) &&
    (contentId === undefined || isId(contentId)) &&
    (productId === undefined || isId(productId)) &&
    isText(event.shopId, SHOP_ID) &&
    typeof event.occurredAt === "string" &&
    parseInstant(event.occurredAt) !== undefined &&
    (quantity === undefined
      ? !sale
      : typeof quantity === "number" &&
        Number.isInteger(quantity) &&
        quantity >= 1 &&
        quantity <= MAX_QUANTITY) &&
    (amount === undefined ? !sale : typeof amount === "string" && isAmount(amount)) &&
    (currency === undefined ? !sale : isText(currency, CURRENCY))
  );
}

import * as z from "zod";
import { pattern } from "./field-rules";

/** AWS admits 50 tags on a resource; ten of them are the platform's and the modules' own. */
const MAX_TAGS = 40;

/**
 * The tag characters that every AWS service admits.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
const TAG_TEXT = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;

/** The tags that the platform itself puts on every resource. */
export const PLATFORM_TAGS = ["project", "environment", "stack", "managed-by"] as const;
export type PlatformTag = (typeof PLATFORM_TAGS)[number];

const isPlatformTag = (name: string) => PLATFORM_TAGS.some((own) => own === name.toLowerCase());

const TAG_CHARACTERS = "letters, digits, spaces and _ . : / = + - @";

const tagName = z
  .string()
  .min(1, { error: "must have a name of 1 to 128 characters" })
  .max(128, { error: "must have a name of 1 to 128 characters" })
  .regex(TAG_TEXT, { error: `must have a name of ${TAG_CHARACTERS}` })
  .regex(/^(?![aA][wW][sS]:)/, { error: "must not begin with aws:, which AWS keeps for itself" })
  .refine((name) => !isPlatformTag(name), {
    error: `must not be one of ${PLATFORM_TAGS.join(", ")}, which the platform sets, in whatever case`,
  });

const tagValue = pattern(TAG_TEXT, `must be text (quote a number) of ${TAG_CHARACTERS}`).max(256, {
  error: "must have 256 characters or fewer",
});

/** The names that differ from an earlier one in case alone: IAM takes them for the same tag. */
const sameButCase = (map: object) => {
  const names = Object.keys(map);
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => lower.indexOf(lower[index] ?? "") < index);
};

const isMap = ({ value }: { readonly value: unknown }) => typeof value === "object" && value !== null;

/**
 * Tags of every resource. Lengths, the reserved prefix, and that IAM compares names without case, are AWS's rules:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
export const tags = z
  .record(tagName, tagValue, { error: "must be a map of tag names and values" })
  .refine((map) => Object.keys(map).length <= MAX_TAGS, {
    when: isMap,
    error: ({ input }) => `must hold ${MAX_TAGS} tags or fewer, got ${Object.keys(Object(input)).length}`,
  })
  .refine((map) => sameButCase(map).length === 0, {
    when: isMap,
    error: ({ input }) =>
      `must differ in more than case, got twice: ${sameButCase(Object(input)).join(", ")}`,
  });

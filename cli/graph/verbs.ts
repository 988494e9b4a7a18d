/** What an action does to the data, in the order in which verbs are shown. */
const VERBS = ["read", "write", "delete", "consume", "send", "start"] as const;

/** The beginning of an action's name → its verb; the first that fits. */
const BY_NAME: readonly (readonly [start: RegExp, verb: string])[] = [
  [/^(Receive|DeleteMessage|ChangeMessage)/, "consume"],
  [/^(Send|Publish)/, "send"],
  [/^(Run|Start|Stop|Invoke|Execute)/, "start"],
  [/^(Get|BatchGet|BatchCheck|List|Describe|Query|Scan|Select|Head|ConditionCheck|Read|Search)/, "read"],
  [/^(Put|BatchWrite|Update|Create|Write|Upload|Abort)/, "write"],
  [/^(Delete|BatchDelete|Remove)/, "delete"],
];

/** Verbs that move data from the one who may to the resource. */
const WRITING: ReadonlySet<string> = new Set(["write", "send"]);

/** The verb of an action, such as `write` for `s3:PutObject`; the action's own name where none fits. */
export function verbOf(action: string): string {
  const [, name = action] = action.split(":");
  return BY_NAME.find(([start]) => start.test(name))?.[1] ?? name;
}

/** Each verb once, in the order in which they are read. */
export function inOrder(verbs: Iterable<string>): string[] {
  const rank = (verb: string) => {
    const index = (VERBS as readonly string[]).indexOf(verb);
    return index < 0 ? VERBS.length : index;
  };
  return [...new Set(verbs)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Whether one of the verbs moves data to the resource. */
export function writes(verbs: Iterable<string>): boolean {
  return [...verbs].some((verb) => WRITING.has(verb));
}

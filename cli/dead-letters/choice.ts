import { CommandError } from "../failure";

/** Characters of an id that are shown, and enough to choose a letter by. */
export const SHORT_ID = 8;
const SHORTEST = 4;

/**
 * The letters that ids, or beginnings of ids, choose: each one exactly one.
 *
 * @param lists the command that lists all letters
 * @throws CommandError with every id that chooses none or several
 */
export function chosen<T extends { readonly id: string }>(
  letters: readonly T[],
  ids: readonly string[],
  lists: string,
): T[] {
  const problems: string[] = [];
  const found = ids.flatMap((text) => {
    const fits = letters.filter(({ id }) => id.startsWith(text.toLowerCase()));
    if (text.length < SHORTEST)
      problems.push(`an id must be at least its first ${SHORTEST} characters, got ${text}`);
    else if (fits.length === 0) problems.push(`no dead letter has the id ${text}`);
    else if (fits.length > 1) problems.push(`${fits.length} dead letters have ids that begin with ${text}`);
    return fits;
  });
  if (problems.length > 0)
    throw new CommandError({ message: problems.join("\n"), next: `${lists} lists them` });
  return [...new Set(found)];
}

import { type LakeHead, LakeHeads } from "../shared/lake-heads";
import { lakeKey } from "../shared/lake-keys";
import type { Manifest } from "../shared/manifest";
import type { ObjectBody, PutCondition } from "../shared/object-store";
import { Stale } from "../shared/stale";
import { emptyBody, stampedBody } from "./lake-body";
import type { Current, Loaded, Store } from "./store";
import { underHead } from "./under-head";

type Output = Manifest["outputs"][number];

/** Files that are written at once: small ones together, a large one alone. */
const AT_ONCE = { files: 16, bytes: 8 * 1024 * 1024 } as const;

interface LakeFile {
  readonly key: string;
  /** Undefined when the source has no rows there any more. */
  readonly output: Output | undefined;
}

/** What the lake's files are brought in with. */
export interface LakeDeps {
  now(): Date;
}

/**
 * Files that queries read: one key for each source, shop and month, replaced whole by one PUT. A key whose rows are gone
 * gets a file without rows, because S3 has no delete that an old delivery could not do to a newer file.
 *
 * An old delivery that wakes up late changes nothing: for each key it has read the etag *before* it saw that the head
 * was still its own, and it puts on condition of that etag. Who took the head from it after that writes every key that it
 * might have written (its head names them), each with an etag that no other write has: so the condition does not hold
 * any more, or the late write is replaced.
 */
export class LakeStore implements Store {
  constructor(private readonly deps: LakeDeps) {}

  bring(current: Current): Promise<Loaded> {
    const { manifest, source, curated } = current;
    const outputs = new Map(
      manifest.outputs.map((output) => [lakeKey(output.shopId, output.month, source), output]),
    );
    const heads = new LakeHeads(curated);
    return underHead<LakeHead>(current, {
      heads,
      begin: (head, seen) => ({
        ...head,
        keys: [...new Set([...(seen?.keys ?? []), ...outputs.keys()])].sort(),
      }),
      change: async ({ keys }) => {
        const files = keys.map((key) => ({ key, output: outputs.get(key) }));
        for (const group of groupsOf(files)) await write(group, current, heads);
        return files.length;
      },
      end: (head) => ({
        ...head,
        keys: [...outputs.keys()].sort(),
        loadedAt: this.deps.now().toISOString(),
      }),
    });
  }
}

/** Writes a few files; the order of its steps is the argument above. */
async function write(files: readonly LakeFile[], current: Current, heads: LakeHeads): Promise<void> {
  const { curated, run, source } = current;
  const ready = await Promise.all(
    files.map(async ({ key, output }) => ({
      key,
      body: output === undefined ? emptyBody(run) : await stampedBody(curated, output, run),
      condition: await presentAs(key, current),
    })),
  );
  if ((await heads.head(source))?.run !== run) throw new Stale(source);
  const done = await Promise.all(
    ready.map(({ key, body, condition }: Ready) =>
      curated.put(key, body, "application/vnd.apache.parquet", condition),
    ),
  );
  if (done.includes(false)) throw new Stale(source);
}

interface Ready {
  readonly key: string;
  readonly body: ObjectBody;
  readonly condition: PutCondition;
}

async function presentAs(key: string, { curated }: Current): Promise<PutCondition> {
  const found = await curated.head(key);
  return found === "missing" ? { absent: true } : { etag: found.etag };
}

/** Files in their order, in groups that may be written at once. */
function* groupsOf(files: readonly LakeFile[]): Generator<readonly LakeFile[]> {
  let group: LakeFile[] = [];
  let bytes = 0;
  for (const file of files) {
    const size = file.output?.bytes ?? 0;
    if (group.length > 0 && (group.length >= AT_ONCE.files || bytes + size > AT_ONCE.bytes)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

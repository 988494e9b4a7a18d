import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BucketCopy, CopyError } from "../../local/spark-run-copy";
import { TestFolder } from "../support/folder";
import { FakeS3 } from "./spark-run-s3";

const s3 = new FakeS3();
const folder = new TestFolder();
const running = () => false;
let number = 0;
let place: string;

beforeEach(() => {
  number += 1;
  place = join(folder.path, `copy-${number}`);
});

/** A copy of these prefixes, taken. */
async function taken(...prefixes: string[]): Promise<BucketCopy> {
  const copy = new BucketCopy(s3.client, "curated", prefixes, place);
  await copy.find();
  await copy.take(running);
  s3.calls.length = 0;
  return copy;
}

/** What a job writes. */
const write = (key: string, text: string) => folder.file(`copy-${number}/${key}`, text);

test("copies the objects of its prefixes, each once, with their times to the millisecond", async () => {
  s3.put("events/shop=a b/1.parquet", "one", "2026-03-01T12:00:00.123Z");
  s3.put("compacted/ü.parquet", "two");
  s3.put("heads/3", "no");
  s3.put("events/", "");
  const copy = new BucketCopy(s3.client, "curated", ["events/", "events/shop=a b/", "compacted/"], place);
  const counted = jest.fn();
  expect(await copy.find()).toBe(2);
  await copy.take(running, counted);
  expect(counted).toHaveBeenCalledTimes(2);
  expect(readFileSync(join(place, "events/shop=a b/1.parquet"), "utf8")).toBe("one");
  expect(readFileSync(join(place, "compacted/ü.parquet"), "utf8")).toBe("two");
  expect(existsSync(join(place, "heads"))).toBe(false);
  const { mtimeNs } = statSync(join(place, "events/shop=a b/1.parquet"), { bigint: true });
  expect(Number(mtimeNs / 1_000_000n)).toBe(Date.parse("2026-03-01T12:00:00.123Z"));
});

test("looks for single objects without a listing, and leaves out what its role may not see", async () => {
  s3.put("jobs/train.py", "print()");
  s3.put("jobs/train.py.old", "no");
  s3.put("requests/secret.txt", "ann");
  s3.forbidden.add("requests/secret.txt");
  const copy = new BucketCopy(s3.client, "spark", ["jobs/train.py", "requests/secret.txt"], place);
  expect(await copy.find()).toBe(1);
  await copy.take(running);
  expect(readFileSync(join(place, "jobs/train.py"), "utf8")).toBe("print()");
  expect(s3.listed).toEqual([]);
});

test("takes a folder that is named without its slash, and nothing beside it", async () => {
  s3.put("events/shop=a/1", "one");
  s3.put("events/shop=ab/1", "no");
  const copy = new BucketCopy(s3.client, "curated", ["events/shop=a"], place);
  expect(await copy.find()).toBe(1);
  expect(s3.listed).toEqual(["events/shop=a/"]);
});

test("takes what an object has become while it was copied, and leaves out one that went", async () => {
  s3.put("events/1", "old");
  s3.put("events/2", "gone");
  const copy = new BucketCopy(s3.client, "curated", ["events/"], place);
  await copy.find();
  s3.put("events/1", "new");
  s3.objects.delete("events/2");
  await copy.take(running);
  expect(readFileSync(join(place, "events/1"), "utf8")).toBe("new");
  expect(existsSync(join(place, "events/2"))).toBe(false);
  expect(await copy.changes()).toEqual({ written: [], deleted: [] });
});

test("ends early when it is stopped", async () => {
  s3.put("events/1", "one");
  const copy = new BucketCopy(s3.client, "curated", ["events/"], place);
  await copy.find();
  await copy.take(() => true);
  expect(s3.calls).toEqual([]);
});

test("rejects a key that leads out of the folder", async () => {
  s3.put("events/../../secret", "x");
  const copy = new BucketCopy(s3.client, "curated", ["events/"], place);
  await copy.find();
  await expect(copy.take(running)).rejects.toThrow(
    new CopyError("s3://curated/events/../../secret has no key that a file of this machine can have"),
  );
});

test("gives back what is new, changed or gone, and leaves hidden files", async () => {
  s3.put("events/kept", "kept");
  s3.put("events/changed", "0123");
  s3.put("old/run=1/a", "gone");
  const copy = await taken("events/", "old/");
  writeFileSync(`${place}/events/draft`, "4567"); // as long as what it replaces
  renameSync(`${place}/events/draft`, `${place}/events/changed`);
  rmSync(`${place}/old`, { recursive: true });
  write("new/b/c", "new");
  write("new/b/.c.crc", "checksum");
  const changes = await copy.changes();
  expect(changes).toEqual({ written: ["events/changed", "new/b/c"], deleted: ["old/run=1/a"] });
  await copy.giveBack(changes);
  expect(s3.texts).toEqual({ "events/changed": "4567", "events/kept": "kept", "new/b/c": "new" });
});

test.each(["manifest.json", "index.json", "report.json"])(
  "puts %s behind all other files, and deletes behind it",
  async (name) => {
    s3.put("a/run=1/x", "old");
    s3.put(`a/${name}`, "run=1");
    const copy = await taken("a/");
    rmSync(join(place, "a/run=1"), { recursive: true });
    for (let n = 0; n < 30; n++) write(`a/run=2/${n}`, `row ${n}`);
    write(`a/${name}`, "run=2");
    await copy.giveBack(await copy.changes());
    expect(s3.calls.slice(-2)).toEqual([`PUT a/${name}`, "DELETE a/run=1/x"]);
    expect(s3.calls).toHaveLength(32);
  },
);

test("rejects to overwrite an object that was changed meanwhile, and writes nothing at all", async () => {
  s3.put("events/1", "one");
  s3.put("events/2", "two");
  const copy = await taken("events/");
  write("events/1", "one without ann");
  write("events/2", "two without ann");
  s3.put("events/2", "two, replaced");
  await expect(copy.giveBack(await copy.changes())).rejects.toThrow(
    new CopyError("s3://curated/events/2 was changed while the job ran, and is as it was put there"),
  );
  expect(s3.texts).toEqual({ "events/1": "one", "events/2": "two, replaced" });
});

test("rejects to overwrite an object that is changed in the last moment, and publishes nothing", async () => {
  s3.put("events/1", "one");
  const copy = await taken("events/");
  write("events/1", "one without ann");
  write("erasures/report.json", "{}");
  s3.before = (call) => {
    if (call === "PUT events/1") s3.put("events/1", "one, replaced");
  };
  await expect(copy.giveBack(await copy.changes())).rejects.toThrow(
    "s3://curated/events/1 was changed while the job ran",
  );
  expect(s3.texts).toEqual({ "events/1": "one, replaced" });
});

test("rejects to overwrite an object that another run has made meanwhile", async () => {
  const copy = await taken("a/");
  write("a/manifest.json", "mine");
  s3.before = () => s3.put("a/manifest.json", "another's");
  await expect(copy.giveBack(await copy.changes())).rejects.toThrow(
    "s3://curated/a/manifest.json was changed",
  );
  expect(s3.texts).toEqual({ "a/manifest.json": "another's" });
});

test("asks nothing of S3 where nothing has changed", async () => {
  s3.put("events/1", "one");
  const copy = await taken("events/");
  await copy.giveBack(await copy.changes());
  expect(s3.calls).toEqual([]);
});

import { placesFor } from "../../local/spark-run-places";

const at = (bucket: string, key: string) => ({ bucket, key });

test.each([
  ["the whole bucket", at("c", ""), [at("c", "events/"), at("c", "compacted/")], ["events/", "compacted/"]],
  ["a folder", at("c", "events"), [at("c", "events/"), at("c", "events-old/")], ["events/"]],
  ["a folder with its slash", at("c", "events/"), [at("c", "events/")], ["events/"]],
  ["an object", at("c", "jobs/a/train.py"), [at("c", "jobs/a/")], ["jobs/a/train.py"]],
  ["prefixes in one another", at("c", ""), [at("c", "a/b/"), at("c", "a/"), at("c", "a/")], ["a/"]],
  ["what may not be read", at("c", "secret"), [at("c", "events/"), at("d", "secret")], []],
])("copies of %s what the role may read", (_, named, readable, places) => {
  expect(placesFor([named], readable)).toEqual(new Map([["c", places]]));
});

test("adds up the places of one bucket", () => {
  const named = [at("s", "jobs/a.py"), at("s", "jobs/b.zip"), at("c", "")];
  expect(placesFor(named, [at("s", "jobs/"), at("c", "events/")])).toEqual(
    new Map([
      ["s", ["jobs/a.py", "jobs/b.zip"]],
      ["c", ["events/"]],
    ]),
  );
});

import { changesText, lockIdIn, parseEvent } from "../../cli/terraform-events";

const LOCK_INFO = `Lock Info:
  ID:        f9300803-8d44-8820-9580-e9ddc0e497ef
  Path:      atlas-local-state/atlas/local/data.tfstate.tflock
  Operation: OperationTypeApply
  Who:       me@host
  Version:   1.11.4`;

describe("parseEvent", () => {
  test("reads an event of Terraform", () => {
    expect(parseEvent('{"type":"version","terraform":"1.11.4"}')).toMatchObject({ type: "version" });
  });

  test.each(["", "Initializing the backend...", "{ not json", '[{"type":"version"}]'])(
    "takes %j for plain text",
    (line) => {
      expect(parseEvent(line)).toBeUndefined();
    },
  );
});

describe("changesText", () => {
  test.each([
    [{ add: 0, change: 0, remove: 0 }, "no changes"],
    [{ add: 3, change: 0, remove: 0 }, "3 added"],
    [{ add: 3, change: 1, remove: 2 }, "3 added, 1 changed, 2 destroyed"],
    [{ add: 0, change: 0, remove: 2 }, "2 destroyed"],
  ])("says %j as %s", (changes, text) => {
    expect(changesText(changes)).toBe(text);
  });
});

describe("lockIdIn", () => {
  test("finds the id of a lock in a file, and not that of the request that S3 refused", () => {
    const refused = "StatusCode: 412, RequestID: 11d9618e-3fbd, HostID: we24, api error PreconditionFailed";
    for (const reason of ["resource temporarily unavailable", `operation error S3: PutObject, ${refused}`]) {
      expect(lockIdIn(`Error acquiring the state lock\nError message: ${reason}\n${LOCK_INFO}`)).toBe(
        "f9300803-8d44-8820-9580-e9ddc0e497ef",
      );
    }
  });

  test("finds none where Terraform failed of something else", () => {
    expect(lockIdIn("creating S3 Bucket: BucketAlreadyExists, RequestID: 11d9618e-3fbd")).toBeUndefined();
  });
});

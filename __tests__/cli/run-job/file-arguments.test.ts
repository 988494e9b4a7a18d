import { CommandError } from "../../../cli/failure";
import { withFiles } from "../../../cli/run-job/file-arguments";
import { TestFolder } from "../../support/folder";

const folder = new TestFolder();
const give = (path: string) => `given:${path}`;

test.each([[["--visitors", "PATH"]], [["--visitors=PATH"]]])(
  "gives the file that %j names",
  async (words) => {
    const path = folder.file("a=list.txt");
    const filled = words.map((word) => word.replace("PATH", path));
    expect(await withFiles(filled, give)).toEqual(words.map((word) => word.replace("PATH", `given:${path}`)));
  },
);

test("leaves all other words, and an address", async () => {
  const words = ["--top", folder.file("5"), "--visitors", "s3://spark/requests/a.txt", "--dry-run"];
  expect(await withFiles(words, give)).toEqual(words);
});

test.each([
  [["--visitors", "/nowhere"], "/nowhere"],
  [["--visitors="], "nothing"],
  [["--visitors", folder.path], folder.path],
])("rejects %j, which names no file", async (words, got) => {
  await expect(withFiles(words, give)).rejects.toThrow(
    new CommandError({
      message: `--visitors must be a file of this machine or its s3:// address, got ${got}`,
    }),
  );
});

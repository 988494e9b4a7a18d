import { join } from "node:path";
import {
  findMirror,
  mirrorConfiguration,
  mirrorFolders,
  terraformPlatform,
} from "../../local/provider-mirror";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const AWS = "registry.terraform.io/hashicorp/aws";

test.each([
  ["linux", "x64", "linux_amd64"],
  ["darwin", "arm64", "darwin_arm64"],
  ["win32", "x64", "windows_amd64"],
])("says %s on %s in Terraform's words", (system, architecture, platform) => {
  expect(terraformPlatform(system, architecture)).toBe(platform);
});

test("looks where TF_PLUGIN_MIRROR says, where Terraform looks, and under /opt, in this order", () => {
  folder.file("opt/b/x");
  folder.file("opt/a/x");
  const opt = join(folder.path, "opt");
  expect(mirrorFolders({ TF_PLUGIN_MIRROR: "/mirror", HOME: "/home/me" }, opt)).toEqual([
    "/mirror",
    "/home/me/.terraform.d/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    join(opt, "a"),
    join(opt, "b"),
  ]);
  expect(mirrorFolders({}, "/nowhere")).toHaveLength(2);
});

test("finds an unpacked and a packed mirror", () => {
  folder.file(`unpacked/${AWS}/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5`);
  folder.file(`packed/${AWS}/terraform-provider-aws_5.100.0_linux_amd64.zip`);
  const [unpacked, packed] = [join(folder.path, "unpacked"), join(folder.path, "packed")];
  expect(findMirror([unpacked], "linux_amd64")).toEqual({ path: unpacked, packed: false });
  expect(findMirror(["/nowhere", packed, unpacked], "linux_amd64")).toEqual({ path: packed, packed: true });
});

test("finds no mirror of another platform or version, or without the provider", () => {
  folder.file(`old/${AWS}/5.99.0/linux_amd64/terraform-provider-aws_v5.99.0_x5`);
  folder.file(`arm/${AWS}/5.100.0/linux_arm64/terraform-provider-aws_v5.100.0_x5`);
  folder.file(`empty/${AWS}/5.100.0/linux_amd64/LICENSE.txt`);
  const folders = ["old", "arm", "empty"].map((name) => join(folder.path, name));
  expect(findMirror(folders, "linux_amd64")).toBeUndefined();
});

test("writes a path as it is, whatever is in it", () => {
  const [variable, directive] = ["$", "%"].map((sign) => `${sign}{x}`);
  expect(mirrorConfiguration(`/a "b" ${variable} ${directive}`)).toContain(
    `path    = "/a \\"b\\" $${variable} %${directive}"`,
  );
});

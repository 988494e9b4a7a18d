import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { terraformPlatform } from "../../local/provider-mirror";
import { findTerraform, TerraformError, terraformEnvironment } from "../../local/terraform";
import { TestFolder } from "../support/folder";

const ADVICE =
  "install Terraform 1.10 or newer (https://developer.hashicorp.com/terraform/install), " +
  "or name another binary, as OpenTofu 1.10 or newer, in TERRAFORM_BINARY_NAME";

const folder = new TestFolder();
const home = folder.home();

function terraform(name: string, version: string): string {
  return folder.script(name, `echo '{"terraform_version": "${version}"}'`);
}

function mirror(name: string): string {
  folder.file(
    `${name}/registry.terraform.io/hashicorp/aws/5.100.0/${terraformPlatform()}/terraform-provider-aws_v5.100.0_x5`,
  );
  return join(folder.path, name);
}

describe("findTerraform", () => {
  test.each(["1.10.0", "1.11.4", "2.0.0-rc1"])("takes terraform %s from PATH", async (version) => {
    const path = terraform(`${version}/terraform`, version);
    const env = { PATH: `/nowhere::${join(folder.path, version)}` };
    expect(await findTerraform(env)).toEqual({ path, version });
  });

  test("takes the binary that TERRAFORM_BINARY_NAME names", async () => {
    const path = terraform("opentofu/tofu", "1.10.2");
    const env = { PATH: join(folder.path, "opentofu"), TERRAFORM_BINARY_NAME: "tofu" };
    expect(await findTerraform(env)).toEqual({ path, version: "1.10.2" });
    expect(await findTerraform({ TERRAFORM_BINARY_NAME: path })).toEqual({ path, version: "1.10.2" });
  });

  test.each(["1.9.8", "0.15.5"])("rejects version %s as too old", async (version) => {
    const path = terraform(`${version}/terraform`, version);
    await expect(findTerraform({ PATH: join(folder.path, version) })).rejects.toThrow(
      new TerraformError(`${path} is version ${version}, which is too old: ${ADVICE}`),
    );
  });

  test("rejects a PATH without terraform, and says what to install", async () => {
    folder.file("plain/terraform", "may not be run");
    await expect(findTerraform({ PATH: join(folder.path, "plain") })).rejects.toThrow(
      new TerraformError(`there is no terraform on PATH: ${ADVICE}`),
    );
  });

  test("rejects a terraform that does not tell its version", async () => {
    const path = folder.script("odd/terraform", "echo no such command >&2; exit 1");
    await expect(findTerraform({ PATH: join(folder.path, "odd") })).rejects.toThrow(
      new TerraformError(`${path} does not tell its version, it said no such command: ${ADVICE}`),
    );
  });
});

describe("terraformEnvironment", () => {
  test("asks nothing, calls no one, and knows nothing of the user's AWS", async () => {
    const env = {
      KEPT: "1",
      AWS_PROFILE: "work",
      AWS_ACCESS_KEY_ID: "AKIA",
      TF_WORKSPACE: "w",
      TF_DATA_DIR: "d",
    };
    expect(
      await terraformEnvironment({ ...env, TF_CLI_ARGS_plan: "-lock=false" }, [mirror("plain-mirror")]),
    ).toEqual({
      KEPT: "1",
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      TF_CLI_CONFIG_FILE: join(home, "terraform.rc"),
    });
  });

  test("takes the provider from a mirror, and every other one from its registry", async () => {
    const path = mirror("mirror");
    await terraformEnvironment({}, ["/nowhere", path]);
    expect(readFileSync(join(home, "terraform.rc"), "utf8")).toBe(`provider_installation {
  filesystem_mirror {
    path    = "${path}"
    include = ["registry.terraform.io/hashicorp/aws"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/aws"]
  }
}
`);
  });

  test("keeps what the registry gives for the next stack where there is no mirror", async () => {
    const env = await terraformEnvironment({}, []);
    expect(env).toMatchObject({ TF_PLUGIN_CACHE_DIR: join(home, "plugins") });
    expect(env).not.toHaveProperty("TF_CLI_CONFIG_FILE");
    expect(existsSync(join(home, "plugins"))).toBe(true);
  });

  test("drops a TF_CLI_CONFIG_FILE that is not there", async () => {
    const env = await terraformEnvironment({ TF_CLI_CONFIG_FILE: join(folder.path, "missing") }, []);
    expect(env).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  });

  test("leaves the user's own choice of a mirror alone", async () => {
    const file = folder.file("own.rc", "provider_installation {\n  direct {}\n}\n");
    const env = await terraformEnvironment({ TF_CLI_CONFIG_FILE: file }, [mirror("other")]);
    expect(env).toMatchObject({ TF_CLI_CONFIG_FILE: file });
    folder.file("user/.terraformrc", "  provider_installation {}\n");
    const implied = await terraformEnvironment({ HOME: join(folder.path, "user") }, [mirror("other")]);
    expect(implied).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  });

  test("uses the mirror where the user's configuration says nothing of providers", async () => {
    const file = folder.file("tokens.rc", '# provider_installation later\ncredentials "x" {}\n');
    const env = await terraformEnvironment({ TF_CLI_CONFIG_FILE: file }, [mirror("third")]);
    expect(env).toMatchObject({ TF_CLI_CONFIG_FILE: join(home, "terraform.rc") });
  });
});

import type { TerraformStack } from "cdktf";
import { Role } from "../../modules";
import { ACCOUNT, type Block, REGION, synth } from "./synth";

/** A statement as AWS reads it. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The statements of a policy's JSON. */
export function statementsOf(policy: unknown): PolicyStatement[] {
  return JSON.parse(String(policy)).Statement;
}

export const aRole = (stack: TerraformStack, id = "Role") =>
  new Role(stack, id, { roleName: "orders", service: "lambda.amazonaws.com", description: "Orders" });

/** What a role may do after `build` has granted it something. */
export function granted(build: (stack: TerraformStack, role: Role) => void): PolicyStatement[] {
  const tf = synth((stack) => build(stack, aRole(stack)));
  return statementsOf(tf.one("aws_iam_role_policy").policy);
}

interface KeyPlace {
  readonly region: string;
  readonly account: string;
  readonly alias: string;
}

/** The statement that lets a role use a key by one service. */
export const keyStatementOf = (
  { region, account, alias }: KeyPlace,
  service: string,
  ...actions: string[]
): Block => ({
  Effect: "Allow",
  Action: actions.length === 1 ? actions[0] : actions,
  Resource: `arn:aws:kms:${region}:${account}:key/*`,
  Condition: {
    StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
    "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias },
  },
});

/** The same, for `alias/orders` of the stack that `synth` makes. */
export const keyStatement = (service: string, ...actions: string[]): Block =>
  keyStatementOf({ region: REGION, account: ACCOUNT, alias: "alias/orders" }, service, ...actions);

/** Everything over plain HTTP is refused. */
export const tlsStatement = (action: string, resource: string | readonly string[]): Block => ({
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

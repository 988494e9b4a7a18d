import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, propertyAccess, Token } from "cdktf";
import type { BaseStack } from "./base-stack";

/**
 * What a stack hands to others: ids that AWS makes, by field name. Everything else has a literal name and
 * needs no contract.
 */
export interface Contract<Field extends string> {
  /** The stack that publishes it. */
  readonly stack: string;
  readonly fields: readonly Field[];
}

/** The values of a contract: tokens, known once the publishing stack is applied. */
export type ContractValues<Published> =
  Published extends Contract<infer Field> ? Readonly<Record<Field, string>> : never;

/**
 * Writes a contract where readers find it: one parameter of type String, as JSON.
 *
 * `insecureValue`, because ids are no secrets and a reader's plan shall show them.
 */
export function publishContract<Field extends string>(
  stack: BaseStack,
  contract: Contract<Field>,
  values: Readonly<Record<Field, string>>,
): void {
  new SsmParameter(stack, "Contract", {
    name: stack.names.parameter(contract.stack),
    description: `What the stack ${contract.stack} hands to others`,
    type: "String",
    insecureValue: Token.asString(Fn.jsonencode(values)),
  });
}

/** Reads the contract of another stack of this environment. The reader is applied after it. */
export function readContract<Field extends string>(
  stack: BaseStack,
  id: string,
  contract: Contract<Field>,
): Readonly<Record<Field, string>> {
  const parameter = new DataAwsSsmParameter(stack, id, { name: stack.names.parameter(contract.stack) });
  const json = Fn.jsondecode(parameter.insecureValue);
  const entries = contract.fields.map((field) => [field, Token.asString(propertyAccess(json, [field]))]);
  return Object.fromEntries(entries) as Record<Field, string>;
}

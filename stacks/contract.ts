import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, propertyAccess, Token } from "cdktf";
import { BaseStack } from "./base-stack";

/** One id, or a list of ids. */
export type FieldKind = "id" | "ids";

/**
 * What a stack hands to others: ids that AWS makes, by field name. Everything else has a literal name and
 * needs no contract.
 */
export interface Contract<
  Fields extends Readonly<Record<string, FieldKind>> = Readonly<Record<string, FieldKind>>,
> {
  /** The stack that publishes it. */
  readonly stack: string;
  readonly fields: Fields;
}

/** The values of a contract: tokens, known once the publishing stack is applied. */
export type ContractValues<Fields extends Readonly<Record<string, FieldKind>>> = {
  readonly [Name in keyof Fields]: Fields[Name] extends "ids" ? string[] : string;
};

/**
 * Writes a contract where readers find it: one parameter of type String, as JSON.
 *
 * `insecureValue`, because ids are no secrets and a reader's plan shall show them. A standard parameter holds 4 KB:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
export function publishContract<Fields extends Readonly<Record<string, FieldKind>>>(
  stack: BaseStack,
  contract: Contract<Fields>,
  values: ContractValues<Fields>,
): void {
  stack.publishedFields = contract.fields;
  new SsmParameter(stack, "Contract", {
    name: stack.names.parameter(contract.stack),
    description: `What the stack ${contract.stack} hands to others`,
    type: "String",
    insecureValue: Token.asString(Fn.jsonencode(values)),
  });
}

/**
 * Reads the contract of another stack of this environment, which must be applied before.
 *
 * The synth fails, and names this stack, where that one no longer publishes what is read.
 */
export function readContract<Fields extends Readonly<Record<string, FieldKind>>>(
  stack: BaseStack,
  id: string,
  contract: Contract<Fields>,
): ContractValues<Fields> {
  stack.node.addValidation({ validate: () => mistakesIn(stack, contract) });
  const parameter = new DataAwsSsmParameter(stack, id, { name: stack.names.parameter(contract.stack) });
  const json = Fn.jsondecode(parameter.insecureValue);
  const entries = Object.entries(contract.fields).map(([field, kind]) => {
    const value = propertyAccess(json, [field]);
    return [field, kind === "ids" ? Token.asList(value) : Token.asString(value)];
  });
  return Object.fromEntries(entries) as ContractValues<Fields>;
}

function mistakesIn(reader: BaseStack, { stack, fields }: Contract): string[] {
  const publisher = reader.node.root.node.tryFindChild(stack);
  const published = publisher instanceof BaseStack ? publisher.publishedFields : undefined;
  if (published === undefined) {
    return [`contract ${stack} is read by the stack ${reader.stackName}, and no stack publishes it`];
  }
  return Object.entries(fields)
    .filter(([field, kind]) => published[field] !== kind)
    .map(
      ([field, kind]) =>
        `contract ${stack}: field ${field} (${kind}) is read by the stack ${reader.stackName}, got ` +
        `${published[field] ?? "none"}: publish it again, or change ${reader.stackName} first`,
    );
}

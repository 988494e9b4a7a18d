import { ACCOUNT, BASE, type Edit } from "./mutant-edits";

/** A wrong version of the platform's policies, as a careless change would make it. */
export interface Mutant {
  readonly kind: string;
  readonly name: string;
  readonly edit: Edit;
}

const HERE = `eu-central-1:${ACCOUNT}`;
export const bucketArn = (name: string, path = "") =>
  `arn:aws:s3:::${BASE}${name}-${ACCOUNT}-eu-central-1${path}`;
export const arnOf = (service: string, name: string) => `arn:aws:${service}:${HERE}:${name}`;
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${BASE}${name}`;
/** A statement of a resource more: action, resource, and who. */
export const open = (Action: string, Principal: unknown, more: object = {}) =>
  [Action, "*", { Principal, ...more }] as const;

/** Mutants of one kind by name. */
export const of = (kind: string, edits: Readonly<Record<string, Edit>>): Mutant[] =>
  Object.entries(edits).map(([name, edit]) => ({ kind, name, edit }));

import type { Policy, PolicyStatement } from "../../modules/iam/evaluation";

const EVERY = { patterns: ["*"], except: false } as const;
const STATEMENT: Omit<PolicyStatement, "names"> = {
  ...{ place: "anything", effect: "Allow", conditions: [], actions: EVERY, resources: EVERY },
};

/** Of somebody who may do anything himself: what he asks for decides alone. */
export const ANYTHING: Policy = {
  ...{ name: "anything", kind: "identity" },
  statements: [{ ...STATEMENT, names: undefined }],
};

/** Of something that lets in everybody, or leaves it to an account: what who asks may do decides alone. */
export const open = (aws: readonly string[]): Policy => ({
  ...{ name: "open", kind: "resource" },
  statements: [
    {
      ...STATEMENT,
      names: { everyone: aws.length > 0 ? "none" : "all", aws, services: [], federated: [], except: false },
    },
  ],
});

/** Of a role that leaves it to its account who takes it. */
export const openTrust = (account: string): Policy => {
  const { statements } = open([`arn:aws:iam::${account}:root`]);
  return {
    ...{ name: "open", kind: "trust" },
    statements: statements.map((statement) => ({ ...statement, resources: undefined })),
  };
};

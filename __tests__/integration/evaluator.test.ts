import {
  Catalogue,
  type Decision,
  decide,
  EvaluationError,
  type Policy,
  type PolicyKind,
  readPolicy,
} from "../../modules/iam/evaluation";
import { Enforcer } from "../support/enforcer";
import { ACCOUNT, CALLS, type Call, FOREIGN, REGION, ROLE, USER } from "../support/evaluator-calls";
import { type Case, generatedCases, type Json, prefixOf } from "../support/evaluator-cases";
import { callerArn, MINISTACK_READS } from "../support/evaluator-readings";
import { EvaluatorWorld } from "../support/evaluator-world";
import { TestFolder } from "../support/folder";

jest.setTimeout(170_000);

/** Of each of the 14 calls. */
const CASES = 50;

const SERVICES = ["s3", "sqs", "dynamodb", "sns", "ssm", "secretsmanager", "kms", "sts"];

const folder = new TestFolder();
let enforcer: Enforcer;
let world: EvaluatorWorld;
let catalogue: Catalogue;

beforeAll(async () => {
  catalogue = await Catalogue.load(SERVICES);
  enforcer = await Enforcer.start(folder.path, ACCOUNT, REGION);
  world = await EvaluatorWorld.make(enforcer);
});

afterAll(async () => {
  world?.close();
  await enforcer?.stop();
});

const accountOf = ({ caller }: Case) => (caller === "foreign" ? FOREIGN : ACCOUNT);

function principalOf(one: Case) {
  const { caller } = one;
  const tags = { team: "blue" };
  if (caller === "person")
    return { type: "user", arn: `arn:aws:iam::${ACCOUNT}:user/${USER}`, tags } as const;
  const arn = `arn:aws:iam::${accountOf(one)}:role/${ROLE[caller]}`;
  return { type: "role", arn, session: "case", tags } as const;
}

/** The evaluation's decision; undefined where it says that AWS does not say. */
function ours(one: Case): Decision | undefined {
  const { action, policy }: Call = CALLS[one.call];
  const read = (name: string, kind: PolicyKind, statements: readonly Json[]): Policy => {
    const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    return readPolicy({ name, kind, text: document }, catalogue);
  };
  const limit = (name: string, statements: readonly Json[] | null) =>
    statements && read(name, "identity", statements);
  const now = new Date();
  const context = {
    ...{ "aws:SecureTransport": "true", "aws:SourceIp": "127.0.0.1", "aws:RequestedRegion": REGION },
    ...{ "aws:CurrentTime": now.toISOString(), "aws:EpochTime": `${Math.floor(now.getTime() / 1000)}` },
    ...{ "aws:SourceAccount": null, "aws:SourceArn": null, "aws:TagKeys": null },
    ...{ "s3:prefix": prefixOf(one.call), "aws:userid": callerArn(one, accountOf(one)) },
  };
  const resource = { arn: world.arnOf(one.call), account: ACCOUNT };
  const policies = {
    identity: one.identity.length > 0 ? [read("identity", "identity", one.identity)] : [],
    ...{ boundary: limit("boundary", one.boundary), session: limit("session", one.session) },
    resource: one.resource && read("resource", policy === "trust" ? "trust" : "resource", one.resource),
  };
  try {
    return decide({ principal: principalOf(one), action, resource, context }, policies, catalogue);
  } catch (error) {
    if (error instanceof EvaluationError && error.message.includes("must go with aws:PrincipalArn"))
      return undefined;
    throw error;
  }
}

const read = (one: Case, but: string) =>
  Object.entries(MINISTACK_READS)
    .filter(([reading]) => reading !== but)
    .reduce((text, [, as]) => as(text), one);

test(`decides as ministack enforces, ${CASES} times for each call, but where ministack reads otherwise`, async () => {
  const count = { allowed: 0, denied: 0, undecided: 0 };
  const unexplained: object[] = [];
  const needed = new Set<string>();
  for (const generated of generatedCases(CASES)) {
    const one = world.placed(generated);
    const them = await world.decisionOn(one);
    count[ours(one)?.decision ?? "undecided"]++;
    const us = ours(read(one, "nothing"));
    if (us && us.decision !== them) unexplained.push({ them, us, one });
    for (const reading of Object.keys(MINISTACK_READS))
      if (us && ours(read(one, reading))?.decision !== them) needed.add(reading);
  }
  expect(unexplained).toEqual([]);
  expect([...needed].sort()).toEqual(Object.keys(MINISTACK_READS).sort());
  expect(count.allowed).toBeGreaterThan(100);
  expect(count.denied).toBeGreaterThan(400);
});

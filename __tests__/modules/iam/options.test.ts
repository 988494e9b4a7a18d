import { featuresOf, testOptionTable } from "../../support/feature-table";

const FILES = [
  ...["role-reference", "role-props", "trust", "oidc-trust", "boundary-table", "boundary-reference"],
  ...["deploy/deploy-roles", "deploy/ci-issuer"],
];

/** What a caller writes; the others are what the module gives. */
const GIVEN = ["Boundary", "CiIssuer"];

testOptionTable(
  "iam",
  FILES.flatMap((file) => featuresOf(`modules/iam/${file}.ts`)).filter(({ name }) => !GIVEN.includes(name)),
);

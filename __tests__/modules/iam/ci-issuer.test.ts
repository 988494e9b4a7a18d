import { github, gitlab } from "../../../modules";

const GITHUB = { issuer: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com" };
const GITLAB = { issuer: "gitlab.com", audience: "https://gitlab.com" };

test("lets pull requests and named branches of one GitHub repository plan, and one environment apply", () => {
  const props = { repository: "acme/atlas", applyEnvironment: "prod:eu", planBranches: ["main"] };
  expect(github(props)).toEqual({
    plan: { ...GITHUB, subjects: ["repo:acme/atlas:pull_request", "repo:acme/atlas:ref:refs/heads/main"] },
    apply: { ...GITHUB, subjects: ["repo:acme/atlas:environment:prod%3Aeu"] },
  });
});

test("knows a repository by its ids where its subjects are immutable", () => {
  const { apply } = github({ repository: "acme@12/atlas@34", applyEnvironment: "dev" });
  expect(apply.subjects).toEqual(["repo:acme@12/atlas@34:environment:dev"]);
});

test("lets no pull request plan where it is told so", () => {
  const props = { repository: "acme/atlas", applyEnvironment: "dev", planBranches: ["main"] };
  expect(github({ ...props, planPullRequests: false }).plan.subjects).toEqual([
    "repo:acme/atlas:ref:refs/heads/main",
  ]);
});

test("lets named branches of one GitLab project plan and apply", () => {
  const props = { project: "acme/data/atlas", applyBranches: ["main"], planBranches: ["main", "next"] };
  const of = (branch: string) => `project_path:acme/data/atlas:ref_type:branch:ref:${branch}`;
  expect(gitlab(props)).toEqual({
    plan: { ...GITLAB, subjects: [of("main"), of("next")] },
    apply: { ...GITLAB, subjects: [of("main")] },
  });
});

test("lets every branch plan only where it is told so, and none of them apply", () => {
  const { plan, apply } = gitlab({ project: "acme/atlas", applyBranches: ["main"], planEveryBranch: true });
  expect(plan).toEqual({
    ...GITLAB,
    subjects: [],
    subjectPatterns: ["project_path:acme/atlas:ref_type:branch:ref:*"],
  });
  expect(apply.subjects).toEqual(["project_path:acme/atlas:ref_type:branch:ref:main"]);
});

test("knows an instance of its own, and the audience that its jobs ask for", () => {
  const { plan } = gitlab({
    ...{ project: "acme/atlas", applyBranches: ["main"], host: "git.acme.example" },
    audience: "aws",
  });
  expect(plan).toMatchObject({ issuer: "git.acme.example", audience: "aws" });
  expect(gitlab({ project: "a/b", applyBranches: ["x"], host: "git.acme.example" }).plan.audience).toBe(
    "https://git.acme.example",
  );
});

import * as z from "zod";
import { flag, pattern, section } from "./field-rules";

const branches = (what: string) =>
  z.array(pattern(/^[\w./-]+$/, "must be a branch, as main"), { error: "must be a list" }).describe(what);

const github = z
  .strictObject(
    {
      repository: pattern(
        /^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/,
        "must be owner/name, or owner@id/name@id where the repository has immutable subjects",
      ).describe("Repository, as acme/atlas; acme@1/atlas@2 where it has immutable subjects."),
      environment: pattern(/^[\w .-]+$/, "must be an environment of the repository, as production")
        .optional()
        .describe(
          "Environment of the repository in whose jobs one may apply; its rules say who approves. Default the environment's own name.",
        ),
      planBranches: branches("Branches that may plan, beside pull requests. Default none.").default([]),
    },
    section,
  )
  .optional()
  .describe("Deployments by GitHub Actions.");

const gitlab = z
  .strictObject(
    {
      project: pattern(/^[\w.-]+(\/[\w.-]+)+$/, "must be group/project").describe(
        "Project with its groups, as acme/atlas.",
      ),
      branches: branches("Protected branches that may plan and apply.").min(1, {
        error: "must name one branch or more",
      }),
      host: pattern(/^[a-z0-9.-]+\.[a-z]+$/, "must be a host, as gitlab.com")
        .default("gitlab.com")
        .describe("Host of the instance. Default gitlab.com."),
    },
    section,
  )
  .optional()
  .describe("Deployments by GitLab CI.");

/** Who deploys beside people: one issuer of tokens, and who of it. */
export const ci = z
  .strictObject(
    {
      github,
      gitlab,
      createProvider: flag()
        .default(true)
        .describe(
          "Whether the issuer becomes a provider of IAM; an account has one for each issuer, so false where it is there. Default true.",
        ),
    },
    section,
  )
  .refine(({ github, gitlab }) => (github === undefined) !== (gitlab === undefined), {
    error: "must hold github or gitlab, and not both",
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .optional()
  .describe("Who deploys beside people: jobs of GitHub or GitLab, by two roles. Default nobody.");

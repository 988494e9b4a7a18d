import type { OidcTrust } from "../oidc-trust";

/** Who of an issuer may plan, and who may apply. */
export interface CiIssuer {
  /** Tokens with which one may plan. */
  readonly plan: OidcTrust;
  /** Tokens with which one may apply. */
  readonly apply: OidcTrust;
}

const GITHUB = { issuer: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com" } as const;
const GITLAB = { host: "gitlab.com" } as const;

export interface GithubProps {
  /** `owner/name`, or `owner@id/name@id` where the repository has immutable subjects. */
  readonly repository: string;
  /** Environment of the repository in whose jobs one may apply: its rules say who approves. */
  readonly applyEnvironment: string;
  /** Lets pull requests plan; those of forks get no token. @default true */
  readonly planPullRequests?: boolean;
  /** Branches that may plan, in jobs without an environment. @default none */
  readonly planBranches?: readonly string[];
}

/**
 * GitHub's subjects, letter by letter.
 *
 * @see https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
 * @see https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
 */
export function github(props: GithubProps): CiIssuer {
  const { repository, applyEnvironment, planPullRequests = true, planBranches = [] } = props;
  const of = (what: string) => `repo:${repository}:${what}`;
  return {
    plan: {
      ...GITHUB,
      subjects: [
        ...(planPullRequests ? [of("pull_request")] : []),
        ...planBranches.map((branch) => of(`ref:refs/heads/${escaped(branch)}`)),
      ],
    },
    apply: { ...GITHUB, subjects: [of(`environment:${escaped(applyEnvironment)}`)] },
  };
}

export interface GitlabProps {
  /** `group/project`, with subgroups where there are. */
  readonly project: string;
  /** Protected branches that may apply: their rules say who may push. */
  readonly applyBranches: readonly string[];
  /** Branches that may plan. @default those that may apply */
  readonly planBranches?: readonly string[];
  /** Lets every branch of the project plan, as merge requests want it: a pattern, for no list can say it. @default false */
  readonly planEveryBranch?: boolean;
  /** Host of the instance. @default "gitlab.com" */
  readonly host?: string;
  /** What jobs ask their token for, in `id_tokens`. @default the instance's address */
  readonly audience?: string;
}

/**
 * GitLab's subjects, letter by letter unless said otherwise.
 *
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
 * @see https://docs.gitlab.com/ci/cloud_services/aws/
 */
export function gitlab(props: GitlabProps): CiIssuer {
  const { project, applyBranches, planBranches = applyBranches, planEveryBranch = false } = props;
  const { host = GITLAB.host, audience = `https://${host}` } = props;
  const of = (branch: string) => `project_path:${project}:ref_type:branch:ref:${branch}`;
  const common = { issuer: host, audience };
  return {
    plan: planEveryBranch
      ? { ...common, subjects: [], subjectPatterns: [of("*")] }
      : { ...common, subjects: planBranches.map(of) },
    apply: { ...common, subjects: applyBranches.map(of) },
  };
}

/** A colon would end the part. @see https://docs.github.com/en/actions/reference/security/oidc#filtering-for-metadata-containing- */
const escaped = (name: string) => name.replaceAll(":", "%3A");

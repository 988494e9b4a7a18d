import type { PlatformConfig } from "../config/load";
import { type CiIssuer, github, gitlab } from "../modules";

/** Whose tokens let the environment be planned and applied; nobody's where people alone deploy it. */
export function ciOf({ environment, ci }: Pick<PlatformConfig, "environment" | "ci">): CiIssuer | undefined {
  if (ci?.github) {
    const { repository, environment: applyEnvironment = environment, planBranches } = ci.github;
    return github({ repository, applyEnvironment, planBranches });
  }
  if (ci?.gitlab) {
    const { project, branches, host } = ci.gitlab;
    return gitlab({ project, applyBranches: branches, host });
  }
  return undefined;
}

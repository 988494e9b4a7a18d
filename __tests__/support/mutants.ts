import type { Mutant } from "./mutant";
import { MUTANTS_OF_RESOURCES } from "./mutants-of-resources";
import { MUTANTS_OF_ROLES } from "./mutants-of-roles";

/** All of them: every kind of store, every kind of role, and every kind of policy. */
export const MUTANTS: readonly Mutant[] = [...MUTANTS_OF_ROLES, ...MUTANTS_OF_RESOURCES];

import { isObject, listOf } from "./list-of";
import type { Names } from "./policy";

/** Which texts name a principal. Ids that AWS makes, canonical users and federated users are not known here. */
const FORMS: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|arn:aws[a-z-]*:(iam::\d{12}:(root|(user|role)\/[\w+=,.@/-]+)|sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+))$/,
  Service: /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal)$/,
  Federated: /^(arn:aws[a-z-]*:iam::\d{12}:(oidc|saml)-provider\/[\w+=,.@/:-]+|[a-z0-9.-]+)$/,
};

/**
 * Reads a `Principal`: `*`, or names by their kind. A name stands for itself: but for `*` alone there are no wildcards.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function readNames(
  json: unknown,
  except: boolean,
): { readonly names: Names; readonly mistakes: string[] } {
  const kinds = isObject(json) ? json : { AWS: json };
  const of = (kind: string) => listOf(kinds[kind]).map(String);
  const all = Object.keys(kinds).flatMap((kind) => of(kind).map((name) => [kind, name] as const));
  const everyone = json === "*" ? "all" : of("AWS").includes("*") ? "accounts" : "none";
  return {
    names: { everyone, aws: of("AWS"), services: of("Service"), federated: of("Federated"), except },
    mistakes: [
      ...(all.length > 0 ? [] : ["Principal must name somebody, got nobody"]),
      ...(isObject(json) || json === undefined || json === "*"
        ? []
        : [`Principal must be * or say of what kind, got ${json}`]),
      ...all
        .filter(([kind, name]) => !(FORMS[kind]?.test(name) ?? false))
        .map(([kind, name]) => `a principal must be known, got ${kind} ${name}`),
    ],
  };
}

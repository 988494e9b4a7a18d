import { table } from "../table";
import type { AccessMap, Permission, RoleMap } from "./access-map";
import type { AccessResult } from "./access-result";

/** The map as people read and review it: a table for each role. */
export function accessMarkdown(map: AccessMap): string {
  const { environment, accountId, region, roles } = map;
  return [
    `# Who may do what in ${environment}`,
    "",
    `Made from the Terraform JSON by \`npx groundplan access ${environment} --write\`, do not edit. ARNs are without \`arn:aws:\`, and without`,
    `\`${region}:${accountId}:\` where they have it. What is not here is not allowed.`,
    "",
    ...roles.flatMap((role) => roleLines(role, map)),
  ].join("\n");
}

function roleLines({ role, takenBy, may }: RoleMap, map: AccessMap): string[] {
  return [
    `## ${role}`,
    "",
    `Taken by ${takenBy.map((taker) => code(shorter(taker, map))).join(", ")}.`,
    "",
    ...(may.length === 0 ? ["May do nothing."] : tableOf(may, map)),
    "",
  ];
}

function tableOf(may: readonly Permission[], map: AccessMap): string[] {
  const rows = grouped(may).map(({ actions, resource, when, by }) => {
    const said = by === undefined ? [] : [`(by AWS's ${by})`];
    const conditions = [...when.map((text) => code(shorter(text, map))), ...said].join("<br>");
    return `| ${actions.map(code).join("<br>")} | ${code(shorter(resource, map))} | ${conditions} |`;
  });
  return ["| may | on | when |", "|---|---|---|", ...rows];
}

/** Actions on the same resource under the same conditions are one row. */
export function grouped(may: readonly Permission[]) {
  const rows = new Map<string, Omit<Permission, "action"> & { readonly actions: string[] }>();
  for (const { action, ...rest } of may) {
    const key = JSON.stringify(rest);
    const row = rows.get(key) ?? { actions: [], ...rest };
    row.actions.push(action);
    rows.set(key, row);
  }
  return [...rows.values()];
}

function shorter(text: string, { accountId, region }: AccessMap): string {
  return text.replaceAll("arn:aws:", "").replaceAll(`${region}:${accountId}:`, "");
}

/** A bar would end the cell. */
const code = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;

/** What the command prints. */
export function accessText(result: AccessResult): string {
  if ("paths" in result) return `Wrote ${result.paths.join(" and ")}`;
  if ("grants" in result) return grantsText(result);
  return result.roles.map((role) => roleText(role)).join("\n\n");
}

const GRANT_COLUMNS = [
  { title: "role", align: "left" },
  { title: "by", align: "left" },
  { title: "when", align: "left" },
] as const;

function grantsText({ action, arn, grants }: Extract<AccessResult, { grants: unknown }>): string {
  if (grants.length === 0) return `Nobody may ${action} on ${arn}.`;
  return table(
    GRANT_COLUMNS,
    grants.map(({ role, resource, when }) => [role, resource, when.join(" and ")]),
  );
}

function roleText({ role, takenBy, may }: RoleMap): string {
  const lines = grouped(may).map(
    ({ actions, resource, when }) =>
      `  ${actions.join(", ")}\n    on ${resource}${when.map((text) => `\n    when ${text}`).join("")}`,
  );
  return [`${role}, taken by ${takenBy.join(", ")}`, ...lines].join("\n");
}

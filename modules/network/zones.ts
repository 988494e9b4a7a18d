import { LETTERS, type Letter } from "./address-plan";

/** An availability zone: its name, and the letter that ends it, which decides its addresses. */
export interface Zone {
  readonly zoneName: string;
  readonly letter: Letter;
}

/** The zones of a network in the order of their letters, or what is wrong with them: one of the two is empty. */
export interface Zones {
  readonly zones: readonly Zone[];
  readonly mistakes: readonly string[];
}

/**
 * Zones by number or by name. A number takes the first letters, a, b, c …; in a region where the account does
 * not have one of these, name the zones. Local and Wavelength zones have other gateways and limits, and no
 * letter of the region: they are refused.
 *
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function zonesOf(region: string, zones: number | readonly string[]): Zones {
  const most = LETTERS.length;
  if (typeof zones === "number") {
    if (Number.isInteger(zones) && zones >= 1 && zones <= most) {
      return { zones: LETTERS.slice(0, zones).map((letter) => zoneOf(region, letter)), mistakes: [] };
    }
    return { zones: [], mistakes: [`zones must be 1 to ${most}, got ${zones}`] };
  }
  const known = LETTERS.map((letter) => zoneOf(region, letter));
  const unknown = zones.filter((name) => !known.some(({ zoneName }) => zoneName === name));
  const twice = zones.filter((name, index) => zones.indexOf(name) !== index);
  const mistakes = [
    ...(zones.length > 0 ? [] : [`zones must hold 1 to ${most}, got none`]),
    ...unknown.map((name) => `zones must be availability zones ${region}a to ${region}f, got ${name}`),
    ...[...new Set(twice)].map((name) => `zones must hold each once, got ${name} twice`),
  ];
  if (mistakes.length > 0) return { zones: [], mistakes };
  return { zones: known.filter(({ zoneName }) => zones.includes(zoneName)), mistakes: [] };
}

const zoneOf = (region: string, letter: Letter): Zone => ({ zoneName: `${region}${letter}`, letter });

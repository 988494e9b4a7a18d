import { Token } from "cdktf";
import type { FunctionOptions } from "./function-props";

export const FUNCTION_DEFAULTS = {
  memoryMiB: 512,
  timeoutSeconds: 60,
  ephemeralStorageMiB: 512,
  architecture: "arm64",
  tracing: false,
  logLevel: "INFO",
  logRetentionDays: 30,
} as const;

/** A number's name, whether it keeps its rule, and the rule. */
export type NumberRule<Name extends string> = readonly [name: Name, holds: boolean, rule: string];

/**
 * What is wrong with the numbers of a function, and with its network.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
export function mistakesInFunction(options: FunctionOptions): string[] {
  const {
    memoryMiB = FUNCTION_DEFAULTS.memoryMiB,
    timeoutSeconds = FUNCTION_DEFAULTS.timeoutSeconds,
    ephemeralStorageMiB = FUNCTION_DEFAULTS.ephemeralStorageMiB,
    reservedConcurrency = 1,
    vpc,
  } = options;
  const numbers = { memoryMiB, timeoutSeconds, ephemeralStorageMiB, reservedConcurrency };
  return [
    ...brokenIn(numbers, [
      ["memoryMiB", within(memoryMiB, 128, 10_240), "must be 128 to 10240"],
      ["timeoutSeconds", within(timeoutSeconds, 1, 900), "must be 1 to 900"],
      ["ephemeralStorageMiB", within(ephemeralStorageMiB, 512, 10_240), "must be 512 to 10240"],
      [
        "reservedConcurrency",
        within(reservedConcurrency, 1, Number.MAX_SAFE_INTEGER),
        "must be a whole number of 1 or more, as 0 stops the function",
      ],
    ]),
    ...(vpc !== undefined && !Token.isUnresolved(vpc.subnetIds) && vpc.subnetIds.length === 0
      ? ["vpc must hold at least one of subnetIds, got none"]
      : []),
  ];
}

/** The rules that are broken, each with the value that breaks it. */
export function brokenIn<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
  rules: readonly NumberRule<Name>[],
): string[] {
  return rules.filter(([, holds]) => !holds).map(([name, , rule]) => `${name} ${rule}, got ${numbers[name]}`);
}

export function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

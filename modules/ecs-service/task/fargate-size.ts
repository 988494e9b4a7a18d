/**
 * CPU units → MiB of memory that a task may have with them, on Linux.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
// biome-ignore format: a line for each size of CPU
export const FARGATE_SIZES = {
  256: [512, 1_024, 2_048],
  512: [1_024, 2_048, 3_072, 4_096],
  1024: [2_048, 3_072, 4_096, 5_120, 6_144, 7_168, 8_192],
  2048: [4_096, 5_120, 6_144, 7_168, 8_192, 9_216, 10_240, 11_264, 12_288, 13_312, 14_336, 15_360, 16_384],
  4096: [
    8_192, 9_216, 10_240, 11_264, 12_288, 13_312, 14_336, 15_360, 16_384, 17_408, 18_432, 19_456, 20_480, 21_504,
    22_528, 23_552, 24_576, 25_600, 26_624, 27_648, 28_672, 29_696, 30_720,
  ],
  8192: [16_384, 20_480, 24_576, 28_672, 32_768, 36_864, 40_960, 45_056, 49_152, 53_248, 57_344, 61_440],
  16384: [32_768, 40_960, 49_152, 57_344, 65_536, 73_728, 81_920, 90_112, 98_304, 106_496, 114_688, 122_880],
} as const;

type Sizes = typeof FARGATE_SIZES;

/** CPU and memory of a task: a pair that Fargate lacks does not compile. 1,024 CPU units are one virtual CPU. */
export type FargateSize = {
  [Cpu in keyof Sizes]: { readonly cpuUnits: Cpu; readonly memoryMiB: Sizes[Cpu][number] };
}[keyof Sizes];

/** What is wrong with a pair that comes untyped, as from configuration. */
export function fargateSizeMistakes({
  cpuUnits,
  memoryMiB,
}: {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}): string[] {
  const memory = new Map<number, readonly number[]>(
    Object.entries(FARGATE_SIZES).map(([cpu, sizes]) => [Number(cpu), sizes]),
  );
  const admitted = memory.get(cpuUnits);
  if (admitted === undefined) {
    return [`cpuUnits must be one of ${[...memory.keys()].join(", ")}, got ${cpuUnits}`];
  }
  if (admitted.includes(memoryMiB)) return [];
  return [`memoryMiB must be one of ${admitted.join(", ")} with cpuUnits ${cpuUnits}, got ${memoryMiB}`];
}

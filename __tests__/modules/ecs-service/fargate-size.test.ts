import {
  FARGATE_SIZES,
  type FargateSize,
  fargateSizeMistakes,
} from "../../../modules/ecs-service/task/fargate-size";

const pairs = Object.entries(FARGATE_SIZES).flatMap(([cpuUnits, memories]) =>
  memories.map((memoryMiB) => ({ cpuUnits: Number(cpuUnits), memoryMiB })),
);

test("admits every pair of the table", () => {
  expect(pairs).toHaveLength(74);
  expect(pairs.flatMap(fargateSizeMistakes)).toEqual([]);
});

test.each([
  [256, 512, 2_048, undefined],
  [512, 1_024, 4_096, 1_024],
  [1_024, 2_048, 8_192, 1_024],
  [2_048, 4_096, 16_384, 1_024],
  [4_096, 8_192, 30_720, 1_024],
  [8_192, 16_384, 61_440, 4_096],
  [16_384, 32_768, 122_880, 8_192],
])("gives %d CPU units %d to %d MiB", (cpuUnits, least, most, step) => {
  const memories = pairs.filter((pair) => pair.cpuUnits === cpuUnits).map(({ memoryMiB }) => memoryMiB);
  expect([memories.at(0), memories.at(-1)]).toEqual([least, most]);
  const steps = new Set(memories.slice(1).map((memory, index) => memory - (memories[index] ?? 0)));
  if (step !== undefined) expect([...steps]).toEqual([step]);
});

test("does not compile with a pair that Fargate lacks", () => {
  const good: FargateSize = { cpuUnits: 512, memoryMiB: 1_024 };
  // @ts-expect-error 512 CPU units go with 1,024 MiB and more
  const small: FargateSize = { cpuUnits: 512, memoryMiB: 512 };
  // @ts-expect-error there are no 300 CPU units
  const odd: FargateSize = { cpuUnits: 300, memoryMiB: 512 };
  expect([good, small, odd].map((size) => fargateSizeMistakes(size).length)).toEqual([0, 1, 1]);
});

test("rejects CPU units that Fargate lacks", () => {
  expect(fargateSizeMistakes({ cpuUnits: 300, memoryMiB: 512 })).toEqual([
    "cpuUnits must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, got 300",
  ]);
});

test.each([
  [256, 4_096, "512, 1024, 2048"],
  [512, 512, "1024, 2048, 3072, 4096"],
  [1_024, 1_024, "2048, 3072, 4096, 5120, 6144, 7168, 8192"],
  [512, Number.NaN, "1024, 2048, 3072, 4096"],
])("rejects %d CPU units with %d MiB", (cpuUnits, memoryMiB, admitted) => {
  expect(fargateSizeMistakes({ cpuUnits, memoryMiB })).toEqual([
    `memoryMiB must be one of ${admitted} with cpuUnits ${cpuUnits}, got ${memoryMiB}`,
  ]);
});

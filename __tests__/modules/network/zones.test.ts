import { zonesOf } from "../../../modules/network/zones";

const zones = (value: number | readonly string[]) => zonesOf("eu-central-1", value);

test.each([
  [1, "a"],
  [3, "abc"],
  [6, "abcdef"],
])("takes the first %d letters of a number", (number, letters) => {
  expect(zones(number)).toEqual({
    zones: [...letters].map((letter) => ({ zoneName: `eu-central-1${letter}`, letter })),
    mistakes: [],
  });
});

test("orders names by letter, whatever their order", () => {
  expect(zones(["eu-central-1d", "eu-central-1a"]).zones.map(({ letter }) => letter)).toEqual(["a", "d"]);
});

test.each<[number | string[], string[]]>([
  [0, ["zones must be 1 to 6, got 0"]],
  [7, ["zones must be 1 to 6, got 7"]],
  [1.5, ["zones must be 1 to 6, got 1.5"]],
  [[], ["zones must hold 1 to 6, got none"]],
  [
    ["eu-west-1a", "eu-central-1g", "eu-central-1-ham-1a"],
    ["eu-west-1a", "eu-central-1g", "eu-central-1-ham-1a"].map(
      (name) => `zones must be availability zones eu-central-1a to eu-central-1f, got ${name}`,
    ),
  ],
  [["eu-central-1a", "eu-central-1a"], ["zones must hold each once, got eu-central-1a twice"]],
])("rejects %j", (value, mistakes) => {
  expect(zones(value)).toEqual({ zones: [], mistakes });
});

import type { TerraformStack } from "cdktf";
import { Network, type NetworkProps } from "../../modules";
import { messageOf } from "./message-of";
import { type Synthesised, synth } from "./synth";

/** A network with the least props, for tests that are about something else; `props` are what the test is about. */
export const aNetwork = (stack: TerraformStack, props: Partial<NetworkProps> = {}) =>
  new Network(stack, "Network", {
    networkName: "shop",
    cidrBlock: "10.20.0.0/16",
    zones: 2,
    tiers: { public: {}, private: {}, isolated: {} },
    flowLogs: "none",
    ...props,
  });

export const networkOf = (props: Partial<NetworkProps> = {}): Synthesised =>
  synth((stack) => aNetwork(stack, props));

/** What a network that cannot be says, without the path before each mistake. */
export const mistakesOf = (props: Partial<NetworkProps>): string[] =>
  messageOf(() => networkOf(props))
    .split("\n")
    .map((line) => line.replace(/^Test\/Network: /, ""));

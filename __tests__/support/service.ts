import type { TerraformStack } from "cdktf";
import { EcsService, type EcsServiceProps, type FargateTaskProps } from "../../modules";
import { aBalancer } from "./balancer";
import { type Synthesised, synth } from "./synth";
import { aTask } from "./task";

/** Services with the least props, for tests that are about something else; `props` are what the test is about. */
export const aListener = (stack: TerraformStack, props: Partial<FargateTaskProps> = {}) =>
  aTask(stack, { port: 8080, ...props });

/** Nobody is in front of it. */
export function aService(stack: TerraformStack, props: Partial<EcsServiceProps> = {}): EcsService {
  const task = props.task ?? aListener(stack);
  return new EcsService(stack, "Service", {
    serviceName: "orders",
    cluster: task.cluster,
    task,
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    serverGraceSeconds: 20,
    ...props,
  });
}

export const behindBalancer = (stack: TerraformStack, props: Partial<EcsServiceProps> = {}) =>
  aService(stack, { balancer: aBalancer(stack), healthPath: "/ready", ...props });

export const service = (props: Partial<EcsServiceProps> = {}): Synthesised =>
  synth((stack) => void aService(stack, props));

export const fronted = (props: Partial<EcsServiceProps> = {}): Synthesised =>
  synth((stack) => void behindBalancer(stack, props));

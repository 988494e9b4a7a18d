import type { TerraformStack } from "cdktf";
import { EcrRepository, type EcrRepositoryProps } from "../../modules/ecs-service/task/ecr-repository";
import { EcsCluster, type EcsClusterProps } from "../../modules/ecs-service/task/ecs-cluster";
import { FargateTask } from "../../modules/ecs-service/task/fargate-task";
import type { FargateTaskProps } from "../../modules/ecs-service/task/task-props";
import { type PolicyStatement, statementsOf } from "./granted";
import { type Block, type Synthesised, synth } from "./synth";

/** Tasks with the least props, for tests that are about something else; `props` are what the test is about. */
const KEY = { keyAlias: "alias/orders", keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" };

export const DIGEST = `sha256:${"0a".repeat(32)}`;

export const aRepository = (stack: TerraformStack, props: Partial<EcrRepositoryProps> = {}) =>
  new EcrRepository(stack, "Images", { keyArn: KEY.keyArn, repositoryName: "shop/orders", ...props });

export const aCluster = (stack: TerraformStack, props: Partial<EcsClusterProps> = {}) =>
  new EcsCluster(stack, "Cluster", { ...KEY, clusterName: "shop", ...props });

/** A task of another stack's repository and cluster, so that nothing but the task is made. */
export const aTask = (stack: TerraformStack, props: Partial<FargateTaskProps> = {}) =>
  new FargateTask(stack, "Task", {
    ...KEY,
    taskName: "orders",
    description: "Orders",
    cluster: EcsCluster.fromName(stack, "Cluster", { clusterName: "shop", keyAlias: KEY.keyAlias }),
    image: EcrRepository.fromName(stack, "Images", { repositoryName: "shop/orders" }).image(DIGEST),
    size: { cpuUnits: 256, memoryMiB: 512 },
    ...props,
  });

export const task = (props: Partial<FargateTaskProps> = {}) => synth((stack) => aTask(stack, props));

/** The container definition with this name. */
export function container(tf: Synthesised, name = "app"): Block {
  const definitions: Block[] = JSON.parse(String(tf.one("aws_ecs_task_definition").container_definitions));
  const found = definitions.find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`there is no container ${name}`);
  return found;
}

/** What the role of this name may do. */
export function mayDo(tf: Synthesised, roleName: string): PolicyStatement[] {
  const role = Object.entries(tf.json.resource?.aws_iam_role ?? {}).find(([, { name }]) => name === roleName);
  return tf
    .all("aws_iam_role_policy")
    .filter(({ role: of }) => of === `\${aws_iam_role.${role?.[0]}.name}`)
    .flatMap(({ policy }) => statementsOf(policy));
}

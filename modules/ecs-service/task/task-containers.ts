import type { EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { Construct } from "constructs";
import type { Container } from "./container-definition";
import { toLogGroup } from "./container-logs";
import { efsMount, efsVolume } from "./efs-volumes";
import { EXECUTE_COMMAND_PATHS } from "./execute-command";
import { logRouterContainer, toDeliveryStream } from "./log-router";
import type { FargateTaskProps, SidecarProps } from "./task-props";
import { MAIN_CONTAINER } from "./task-rules";
import { secretSources } from "./task-secrets";
import { folder, folderMount } from "./task-volumes";

/** The containers of a task, the main one first. */
export function taskContainers(scope: Construct, props: FargateTaskProps, logGroupName: string): Container[] {
  const { sidecars = [], logRouter } = props;
  return [
    mainContainer(scope, props, logGroupName),
    ...(logRouter ? [logRouterContainer(scope, logRouter, logGroupName)] : []),
    ...sidecars.map((sidecar) => sidecarContainer(scope, sidecar, logGroupName)),
  ];
}

/** What the containers mount: each folder belongs to one of them. */
export function taskVolumes(props: FargateTaskProps): EcsTaskDefinitionVolume[] {
  const { sidecars = [], efsVolumes = [] } = props;
  return [
    ...mainFolders(props).map((path) => folder(MAIN_CONTAINER, path)),
    ...efsVolumes.map((volume) => efsVolume(MAIN_CONTAINER, volume)),
    ...sidecars.flatMap(({ name, writablePaths = [] }) => writablePaths.map((path) => folder(name, path))),
  ];
}

function mainContainer(scope: Construct, props: FargateTaskProps, logGroupName: string): Container {
  const { image, secrets = {}, efsVolumes = [], logRouter } = props;
  return {
    ...props,
    name: MAIN_CONTAINER,
    imageUri: image.uri,
    essential: true,
    secretSources: secretSources(scope, secrets),
    mounts: [
      ...mainFolders(props).map((path) => folderMount(MAIN_CONTAINER, path)),
      ...efsVolumes.map((volume) => efsMount(MAIN_CONTAINER, volume)),
    ],
    log: logRouter ? toDeliveryStream(scope, logRouter) : toLogGroup(scope, logGroupName),
  };
}

function sidecarContainer(scope: Construct, sidecar: SidecarProps, logGroupName: string): Container {
  const { name, image, essential = true, secrets = {}, writablePaths = [] } = sidecar;
  return {
    ...sidecar,
    imageUri: image.uri,
    essential,
    secretSources: secretSources(scope, secrets),
    mounts: writablePaths.map((path) => folderMount(name, path)),
    log: toLogGroup(scope, logGroupName),
  };
}

function mainFolders({ writablePaths = [], executeCommand = false }: FargateTaskProps): readonly string[] {
  return [...writablePaths, ...(executeCommand ? EXECUTE_COMMAND_PATHS : [])];
}

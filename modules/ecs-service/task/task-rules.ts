import { imageMistakes } from "./container-image";
import { orderMistakes } from "./container-order";
import { containerMistakes, duplicates, pathMistakes, within } from "./container-rules";
import { EXECUTE_COMMAND_PATHS } from "./execute-command";
import { fargateSizeMistakes } from "./fargate-size";
import { LOG_ROUTER } from "./log-router";
import type { EfsVolumeProps, FargateTaskProps, LogRouterProps } from "./task-props";
import { volumeName } from "./task-volumes";

/** Name of the container that the task is for. */
export const MAIN_CONTAINER = "app";

/**
 * What is wrong with a task.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export function taskMistakes(props: FargateTaskProps): string[] {
  const { taskName, size, port = 1, ephemeralStorageGiB = 21, sidecars = [], efsVolumes = [] } = props;
  return [
    // The longer of the two role names must fit into 64 characters.
    ...(/^[A-Za-z0-9_-]{1,54}$/.test(taskName)
      ? []
      : [`taskName must be 1 to 54 letters, digits, - or _, got ${taskName || "nothing"}`]),
    ...imageMistakes("image", props.image),
    ...fargateSizeMistakes(size),
    ...containerMistakes("", props),
    ...(within(port, 1, 65_535) ? [] : [`port must be a whole number of 1 to 65535, got ${port}`]),
    ...(within(ephemeralStorageGiB, 21, 200)
      ? []
      : [`ephemeralStorageGiB must be a whole number of 21 to 200, got ${ephemeralStorageGiB}`]),
    ...mainPathMistakes(props),
    ...efsVolumes.flatMap(efsMistakes),
    ...sidecarMistakes(props),
    ...orderMistakes([{ name: MAIN_CONTAINER, ...props, essential: true }, ...sidecars]),
    ...(props.logRouter ? routerMistakes(props.logRouter) : []),
    ...volumeMistakes(props),
  ];
}

/** Volumes are named after container and path, where a slash becomes a dash. */
function volumeMistakes({ writablePaths = [], efsVolumes = [], sidecars = [] }: FargateTaskProps): string[] {
  const paths = new Set([...writablePaths, ...efsVolumes.map(({ path }) => path)]);
  const names = [
    ...[...paths].map((path) => volumeName(MAIN_CONTAINER, path)),
    ...sidecars.flatMap(({ name, writablePaths: own = [] }) =>
      [...new Set(own)].map((path) => volumeName(name, path)),
    ),
  ];
  return duplicates(names).map(
    (name) => `writablePaths must differ by more than / . and -, got two that become ${name}`,
  );
}

function mainPathMistakes({
  writablePaths = [],
  efsVolumes = [],
  executeCommand = false,
}: FargateTaskProps): string[] {
  const folders = [...writablePaths, ...(executeCommand ? EXECUTE_COMMAND_PATHS : [])];
  return [
    ...pathMistakes("writablePaths", writablePaths),
    ...efsVolumes.flatMap(({ path }, index) => pathMistakes(`efsVolumes[${index}].path`, [path])),
    ...duplicates([...folders, ...efsVolumes.map(({ path }) => path)]).map(
      (path) => `writablePaths and efsVolumes must mount each path once, got ${path} twice`,
    ),
  ];
}

/** Policies name both ids, so they are literals. */
function efsMistakes({ fileSystemId, accessPointId }: EfsVolumeProps, index: number): string[] {
  return [
    ...(/^fs-[0-9a-f]+$/.test(fileSystemId)
      ? []
      : [
          `efsVolumes[${index}].fileSystemId must be the literal id of a file system, fs-…, got ${fileSystemId}`,
        ]),
    ...(/^fsap-[0-9a-f]+$/.test(accessPointId)
      ? []
      : [
          `efsVolumes[${index}].accessPointId must be the literal id of an access point, fsap-…, got ${accessPointId}`,
        ]),
  ];
}

function sidecarMistakes({ sidecars = [] }: FargateTaskProps): string[] {
  const names = [MAIN_CONTAINER, LOG_ROUTER, ...sidecars.map(({ name }) => name)];
  return [
    ...duplicates(names).map((name) => `sidecars must each have a name of its own, got ${name} twice`),
    ...sidecars
      .filter(({ name }) => !/^[A-Za-z0-9_-]{1,255}$/.test(name))
      .map(({ name }) => `sidecars must be named with letters, digits, - or _, got ${name || "nothing"}`),
    ...sidecars.flatMap((sidecar, index) => [
      ...imageMistakes(`sidecars[${index}].image`, sidecar.image),
      ...containerMistakes(`sidecars[${index}].`, sidecar),
      ...pathMistakes(`sidecars[${index}].writablePaths`, sidecar.writablePaths ?? []),
      ...duplicates(sidecar.writablePaths ?? []).map(
        (path) => `sidecars[${index}].writablePaths must mount each path once, got ${path} twice`,
      ),
    ]),
  ];
}

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
function routerMistakes({ image, deliveryStreamName }: LogRouterProps): string[] {
  return [
    ...imageMistakes("logRouter.image", image),
    ...(/^[A-Za-z0-9_.-]{1,64}$/.test(deliveryStreamName)
      ? []
      : [
          `logRouter.deliveryStreamName must be 1 to 64 letters, digits, _, . or -, got ${deliveryStreamName || "nothing"}`,
        ]),
  ];
}

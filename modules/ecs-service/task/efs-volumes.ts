import type { EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { IConstruct } from "constructs";
import type { Grantee } from "../../iam";
import { arnOf } from "../../shared";
import type { Mount } from "./container-definition";
import type { EfsVolumeProps } from "./task-props";
import { volumeName } from "./task-volumes";

/**
 * A volume of EFS: over TLS, as the task's role, below the access point's folder.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
 */
export function efsVolume(container: string, volume: EfsVolumeProps): EcsTaskDefinitionVolume {
  return {
    name: volumeName(container, volume.path),
    efsVolumeConfiguration: {
      fileSystemId: volume.fileSystemId,
      rootDirectory: "/",
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: volume.accessPointId, iam: "ENABLED" },
    },
  };
}

export function efsMount(container: string, { path, readOnly = false }: EfsVolumeProps): Mount {
  return { sourceVolume: volumeName(container, path), containerPath: path, readOnly };
}

/**
 * Lets the task mount the file system by this access point, and write where it may.
 *
 * @see https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
export function grantEfs(scope: IConstruct, role: Grantee, volume: EfsVolumeProps): void {
  const { fileSystemId, accessPointId, readOnly = false } = volume;
  role.allow({
    actions: ["elasticfilesystem:ClientMount", ...(readOnly ? [] : ["elasticfilesystem:ClientWrite"])],
    resources: [arnOf(scope, "elasticfilesystem", `file-system/${fileSystemId}`)],
    conditions: {
      StringEquals: {
        "elasticfilesystem:AccessPointArn": arnOf(
          scope,
          "elasticfilesystem",
          `access-point/${accessPointId}`,
        ),
      },
    },
  });
}

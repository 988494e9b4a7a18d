import type { EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { Mount } from "./container-definition";

/** Name of the volume that a container has at a path: each container has its own. */
export function volumeName(container: string, path: string): string {
  return `${container}${path.replace(/[^A-Za-z0-9_-]/g, "-")}`;
}

/** An empty folder on the task's own disk, which goes with the task. */
export function folder(container: string, path: string): EcsTaskDefinitionVolume {
  return { name: volumeName(container, path) };
}

export function folderMount(container: string, path: string): Mount {
  return { sourceVolume: volumeName(container, path), containerPath: path, readOnly: false };
}

import { grouped } from "../table";
import type { ReplayResult } from "./replay";

/** What was sent or counted, and where to look. */
export function replayText(
  { dryRun, listed, objects, bytes }: ReplayResult,
  again: (command: string) => string,
): string {
  const said = `${grouped(objects)} of ${grouped(listed)} objects, ${sizeText(bytes)}`;
  if (dryRun) return `${said}, would be sent to the structure stage again.`;
  if (objects === 0) return `${said}: nothing was changed in that time.`;
  return `${said}, were sent to the structure stage again.\n${again("status")} shows how far they are.`;
}

/** `1536` → `1.5 KiB`. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return power === 0 ? `${bytes} bytes` : `${grouped((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}

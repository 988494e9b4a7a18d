import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileBody } from "../shared/object-store";

const PREFIX = "structure-";
/** Folders of objects that this process is at work on. */
const inUse = new Set<string>();

/**
 * Files of one object, in a folder of its own in the function's `/tmp` (512 MiB unless the function asks for more:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html). Close it in any case. What a
 * time-out left behind survives in `/tmp` (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html),
 * so the next object begins with its removal.
 */
export class Scratch {
  /** Bytes in all files. */
  bytes = 0;
  private files = 0;
  private readonly directory: string;

  /** `parent` is where the folder is made. */
  constructor(parent: string = tmpdir()) {
    removeLeftovers(parent);
    this.directory = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
    inUse.add(this.directory);
  }

  /** A new file; on disk from its first bytes on. No file stays open, however many there are. */
  file(): ScratchFile {
    this.files += 1;
    return new ScratchFile(join(this.directory, String(this.files)), (bytes) => {
      this.bytes += bytes;
    });
  }

  /** Removes all files. */
  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
    inUse.delete(this.directory);
  }
}

/** A file that grows at its end. */
export class ScratchFile implements FileBody {
  bytes = 0;

  constructor(
    readonly path: string,
    private readonly onGrowth: (bytes: number) => void,
  ) {}

  append(bytes: Uint8Array): void {
    appendFileSync(this.path, bytes);
    this.bytes += bytes.length;
    this.onGrowth(bytes.length);
  }
}

/** Removes the folders of processes that have ended, and this one's that nobody uses any more. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^structure-(\d+)-/.exec(name)?.[1];
    const path = join(parent, name);
    if (pid === undefined || inUse.has(path)) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

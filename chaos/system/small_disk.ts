import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '@oms/kit/programs/run.ts';

/** A file system of a fixed size, which can be filled. */
export interface SmallDisk {
  /** Fills it, and keeps it full until `free`. */
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

const MOUNT_TIMEOUT_MS = 10_000;
const CHUNK = Buffer.alloc(256 * 1024);
const REFILL_MS = 200;

/** Mounts one on the folder. @throws Error where that is not allowed, as without the rights of root */
export async function mountSmallDisk(folder: string, size_mib: number): Promise<SmallDisk> {
  const options = ['-t', 'tmpfs', '-o', `size=${size_mib}m,mode=0755`, 'orderprocessing-chaos', folder];
  await run('mount', options, { timeout_ms: MOUNT_TIMEOUT_MS });
  const ballast = join(folder, 'ballast');
  let filling: Promise<void> | undefined;
  let isWanted = false;
  return {
    async fill() {
      isWanted = true;
      await writeUntilFull(ballast);
      // What the database frees meanwhile is taken as well.
      filling = (async () => {
        while (isWanted) {
          await delay(REFILL_MS);
          if (isWanted) await writeUntilFull(ballast);
        }
      })();
    },
    async free() {
      isWanted = false;
      await filling;
      await rm(ballast, { force: true });
    },
    async unmount() {
      isWanted = false;
      await filling;
      await run('umount', [folder], { timeout_ms: MOUNT_TIMEOUT_MS });
    },
  };
}

async function writeUntilFull(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (;;) await file.write(CHUNK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { OperatorError } from '../operator_error.ts';
import { run } from './run.ts';

export interface ProgramSource {
  /** Of the program on the PATH and in the cache. */
  name: string;
  /** Pinned; the cache keeps each version apart. */
  version: string;
  /** Asks the program for its version, as a proof that it runs. */
  version_args: string[];
  /** Puts the program into the folder, from a package registry. May take minutes. */
  make(folder: string): Promise<void>;
  /** The user's ways to have it, for the error when none leads to it. */
  advice: string;
}

export interface FoundProgram {
  path: string;
  /** Where it was had from, for people. */
  origin: string;
}

/**
 * A server or tool that is not an npm package: from the PATH, else from the cache, else made once and kept there.
 * @param options.onMake is told before something is made, which takes a while
 * @throws OperatorError that names the ways
 */
export async function findProgram(
  source: ProgramSource,
  options: { onMake?: (text: string) => void } = {},
): Promise<FoundProgram> {
  const { name, version, version_args, advice } = source;
  if (await isRunnable(name, version_args)) return { path: name, origin: 'from the PATH' };
  const path = join(cacheFolder(), name, version, name);
  if (!existsSync(path)) {
    options.onMake?.(`${name} ${version}, once`);
    try {
      await makeOnce(source, path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new OperatorError(`There is no ${name} here: ${reason}\n${advice}`, { cause });
    }
  }
  return { path, origin: `version ${version}, from the cache` };
}

async function isRunnable(name: string, args: string[]): Promise<boolean> {
  try {
    await run(name, args, { timeout_ms: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Made beside its place and moved there, because another process may do the same just now. */
async function makeOnce({ name, make }: ProgramSource, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(join(dirname(path), 'make-'));
  try {
    await make(folder);
    await rename(join(folder, name), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'order-processing');
}

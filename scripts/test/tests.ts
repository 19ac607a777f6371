import { globSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './program.ts';

const PATTERNS = ['*/src/**/*.test.ts', '*/tests/**/*.test.ts', 'scripts/**/*.test.ts'];
/** Of one test. The longest take a tenth of it on a quiet machine. */
const TIMEOUT_MS = 300_000;

/** The runner's time-out does not see a file that leaves something open after its tests, and waits for ever. */
const SILENCE_MS_MAX = TIMEOUT_MS + 60_000;
const WATCH_EVERY_MS = 2_000;

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
  silence_ms_max = SILENCE_MS_MAX,
): Promise<{ failed: boolean; text: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'orderprocessing-tests-'));
  const report = join(folder, 'report.tap');
  const silence = watchSilence(report, silence_ms_max);
  try {
    const { ok } = await runNode(
      [
        '--test',
        '--test-force-exit', // a parked workflow of the embedded engine leaves a timer of up to a minute

        `--test-concurrency=${availableParallelism()}`,
        `--test-timeout=${TIMEOUT_MS}`,
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        '--test-reporter=tap',
        `--test-reporter-destination=${report}`,
        ...files,
      ],
      { environment, stopped: AbortSignal.any([stopped, silence.signal]), show: true },
    );
    if (silence.signal.aborted) {
      console.log(
        `\nNothing was reported for ${silence_ms_max / 1000} s: does a test file leave something open?`,
      );
    }
    // The report shown ends in the failures; the totals are wanted after them.
    const lines = (await readFile(report, 'utf8')).trimEnd().split('\n');
    const totals = lines.filter((line) =>
      /^# (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(line),
    );
    return { failed: !ok, text: totals.join('\n') };
  } finally {
    silence.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Aborts when the file has not grown for so long. */
function watchSilence(file: string, silence_ms_max: number): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let size = 0;
  let grown_at = performance.now();
  const timer = setInterval(() => {
    const now = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (now !== size) grown_at = performance.now();
    size = now;
    if (performance.now() - grown_at > silence_ms_max) controller.abort();
  }, WATCH_EVERY_MS);
  return { signal: controller.signal, end: () => clearInterval(timer) };
}

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutation } from '../../oms/tests/mutations/mutation.ts';

/** A copy of the project to be harmed; gone when it is disposed of. */
export interface Tree extends AsyncDisposable {
  folder: string;
}

export interface Verdict {
  is_caught: boolean;
  /** Which check saw it, and in how many orders. */
  by: string;
}

const ROOT = join(import.meta.dirname, '../..');
const TIMEOUT_MS = 5 * 60_000;
/** A defect may leave a test waiting; the test then fails by its name. */
const TEST_TIMEOUT_MS = 60_000;
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

export async function copyTree(): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), 'orderprocessing-mutant-'));
  const { output } = await run('git', ['ls-files', '-z', '-co', '--exclude-standard'], ROOT);
  for (const file of output.split('\0').filter((file) => file !== '')) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(ROOT, file), join(folder, file));
  }
  await linkPackages(folder);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Packages are those of the project; its own workspaces are the copy's. */
async function linkPackages(folder: string): Promise<void> {
  const packages = join(folder, 'node_modules');
  await mkdir(join(packages, '@oms'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name !== '@oms') await symlink(join(ROOT, 'node_modules', name), join(packages, name));
  }
  for (const [name, workspace] of [
    ['kit', 'kit'],
    ['orders', 'oms'],
    ['sandbox', 'sandbox'],
  ] as const) {
    await symlink(join(folder, workspace), join(packages, '@oms', name));
  }
}

/** @throws when the mutation does not fit the file exactly once */
export function harm(text: string, { name, file, find, put }: Mutation): string {
  const isSql = file.endsWith('.queries.ts');
  // Above each generated statement's text it stands once more as a comment, which nobody runs.
  const lines = isSql ? text.split('\n').filter((line) => line.startsWith('const ')) : [text];
  const fits = lines.reduce((count, line) => count + line.split(find).length - 1, 0);
  if (fits !== 1) throw new Error(`“${name}” fits ${file} ${fits} times: mend it in oms/tests/mutations.`);
  // The places of a statement's parameters are kept as numbers, so its text keeps its length.
  return text.replace(find, () => (isSql ? put.padEnd(find.length) : put));
}

export async function harmTree({ folder }: Tree, mutation: Mutation): Promise<void> {
  const path = join(folder, mutation.file);
  await writeFile(path, harm(await readFile(path, 'utf8'), mutation));
}

/** Runs the tests of these names on a tree, or else the simulation. */
export async function verdictOf(
  { folder }: Tree,
  tests: readonly string[] | undefined,
  { orders, seed }: { orders: string; seed: string },
): Promise<Verdict> {
  if (tests) return byTests(folder, tests);
  const simulation = ['scripts/simulate.ts', '--orders', orders, '--seed', seed, '--json'];
  const { status, output } = await run(process.execPath, simulation, folder);
  if (status === 0) return { is_caught: false, by: `nothing, in ${orders} orders` };
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) return { is_caught: false, by: `the simulation did not run: ${tailOf(output)}` };
  const result = JSON.parse(last) as { orders: number; found: Record<string, number> };
  const kinds = Object.entries(result.found).map(([kind, count]) => `${kind} in ${count}`);
  return { is_caught: true, by: `simulation: ${kinds.join(', ')} of ${result.orders} orders` };
}

async function byTests(folder: string, words: readonly string[]): Promise<Verdict> {
  const files = (await readdir(join(folder, 'oms'), { recursive: true }))
    .filter((file) => file.endsWith('.test.ts') && words.some((word) => `oms/${file}`.includes(word)))
    .map((file) => join('oms', file));
  const options = ['--test', '--test-reporter=tap', '--test-force-exit', `--test-timeout=${TEST_TIMEOUT_MS}`];
  const { status, output } = await run(process.execPath, [...options, ...files], folder);
  const failed = [...output.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name]) => name!);
  const ran = Number(/^# tests (\d+)$/m.exec(output)?.[1] ?? 0);
  if (ran === 0) return { is_caught: false, by: `the tests did not run: ${tailOf(output)}` };
  if (status === 0) return { is_caught: false, by: `nothing, in ${ran} tests of ${words.join(', ')}` };
  return { is_caught: true, by: `test: ${failed[0]}` };
}

function tailOf(output: string): string {
  return output.trimEnd().slice(-400);
}

function run(command: string, args: string[], cwd: string): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES };
    execFile(command, args, options, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ status, output: stdout + (status === 0 ? '' : stderr) });
    });
  });
}

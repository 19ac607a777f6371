import { availableParallelism } from 'node:os';
import { parseOptions } from '@oms/kit/main/options.ts';
import pMap from 'p-map';
import type { Mutation } from '../oms/tests/mutations/mutation.ts';
import { mutations } from '../oms/tests/mutations/mutations.ts';
import { copyTree, harmTree, type Verdict, verdictOf } from './mutate/mutant.ts';

const HELP = `Shows that the tests can fail: puts each deliberate defect of oms/tests/mutations into a copy of the tree and runs
the simulation there, or the tests that the defect names. It ends with 1 when one is not caught, or fits no more.

npm run mutate                     all of them
npm run mutate -- relay key        those whose names contain one of these words
npm run mutate -- --list           their names

  --orders n    orders that the simulation may need to see a defect, by default 3000
  --seed n      by default 1`;

const { values, positionals } = parseOptions({
  options: {
    help: { type: 'boolean', short: 'h' },
    list: { type: 'boolean' },
    orders: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});

const chosen = mutations.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
if (values.help) console.log(HELP);
else if (values.list) for (const { name } of mutations) console.log(name);
else if (chosen.length === 0) {
  console.error(`No defect's name contains ${positionals.join(' or ')}. --list tells them.`);
  process.exitCode = 1;
} else process.exitCode = await mutate(chosen);

async function mutate(chosen: readonly Mutation[]): Promise<number> {
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const { orders, seed } = values;
  const checks = new Map<string, Promise<Verdict>>();
  /** What a check says without any defect, which must be nothing. */
  async function unharmed(tests: readonly string[] | undefined): Promise<Verdict> {
    await using tree = await copyTree();
    return await verdictOf(tree, tests, { orders, seed });
  }
  const verdicts = await pMap(
    chosen,
    async (mutation): Promise<Verdict> => {
      await using tree = await copyTree();
      await harmTree(tree, mutation);
      let verdict = await verdictOf(tree, mutation.tests, { orders, seed });
      if (verdict.is_caught) {
        const check = mutation.tests?.join(' ') ?? '';
        if (!checks.has(check)) checks.set(check, unharmed(mutation.tests));
        const before = await checks.get(check)!;
        if (before.is_caught) verdict = { is_caught: false, by: `fails without it too: ${before.by}` };
      }
      console.log(`${verdict.is_caught ? '✔' : '✘'} ${mutation.name.padEnd(width)}  ${verdict.by}`);
      return verdict;
    },
    { concurrency: Math.max(1, Math.floor(availableParallelism() / 2)) },
  );
  const caught = verdicts.filter(({ is_caught }) => is_caught).length;
  console.log(`\n${caught} of ${chosen.length} defects are caught.`);
  return caught === chosen.length ? 0 : 1;
}

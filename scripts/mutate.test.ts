import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { mutations } from '../oms/tests/mutations/mutations.ts';
import { copyTree, harm, harmTree, verdictOf } from './mutate/mutant.ts';

/** Defects that show in the first world; the others are for `npm run mutate`. */
const QUICK = ['compensations run in the order', 'a capture has no idempotency key', 'makes another order'];

describe('the deliberate defects', () => {
  it('fit the code as it is', async () => {
    assert.ok(mutations.length >= 12);
    for (const mutation of mutations) {
      const text = await readFile(mutation.file, 'utf8');
      assert.notEqual(harm(text, mutation), text, mutation.name);
      assert.throws(() => harm(text.replaceAll(mutation.find, ''), mutation), /fits .* 0 times/);
    }
  });

  for (const words of QUICK) {
    it(`“… ${words} …” is caught by the simulation, which names what is broken`, async () => {
      const mutation = mutations.find(({ name }) => name.includes(words))!;
      await using tree = await copyTree();
      await harmTree(tree, mutation);
      const { is_caught, by } = await verdictOf(tree, undefined, { orders: '300', seed: '1' });
      assert.ok(is_caught, by);
      assert.match(by, /^simulation: \w+ in \d+/);
    });
  }
});

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, afterEach, beforeEach, test } from 'node:test';
import { Screen } from '@oms/kit/main/screen.ts';
import { playOnce } from '../src/main/first_play.ts';
import { type Invoice, readInvoices } from '../src/play/invoices.ts';
import { PlayError, play, SAMPLE } from '../src/play/play.ts';
import { toShop } from '../src/play/shop.ts';
import type { ShowStage } from '../src/play/stage.ts';
import { assertInvariants } from './invariants.ts';
import { API_KEY, type Network, startNetwork } from './network.ts';

const bySize = readInvoices(SAMPLE).sort((a, b) => a.lines.length - b.lines.length);
const small = bySize.slice(0, 12);
const largest = bySize.at(-1)!;

const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-play-'));
after(() => rmSync(folder, { recursive: true }));

let network: Network;
beforeEach(async () => {
  network = await startNetwork({ config: { provider_timeout_ms: 5_000 } });
});
afterEach(() => network.stop());

function options(invoices: Invoice[], given: { show?: ShowStage; stopped?: AbortSignal } = {}) {
  return {
    invoices,
    address: network.api.address,
    api_key: API_KEY,
    stopped: new AbortController().signal,
    show: async (_name: string, _total: number, work: Parameters<ShowStage>[2]) =>
      void (await work(() => {})),
    ...given,
  };
}

test('real invoices, small ones and one of 591 lines, come out as they were', async () => {
  const invoices = [...small, largest];
  const outcome = await play(options(invoices));
  assert.deepEqual(outcome, {
    placed: 13,
    completed: 13,
    cancelled: new Map(),
    asking_for_attention: 0,
    on_their_way: 0,
    units_sold: total(invoices.flatMap(({ lines }) => lines.map(({ quantity }) => quantity))),
    captured_amount: total(invoices.map(({ total_amount }) => total_amount)),
  });
  await assertInvariants(network);
});

test('a play that was interrupted goes on days later without doing anything twice', async () => {
  const thirty = bySize.slice(0, 30);
  const controller = new AbortController();
  const stopAtFourthOrder: ShowStage = async (name, _total, work) => {
    let orders = 0;
    await work(() => {
      if (name === 'Orders' && ++orders === 4) controller.abort();
    });
  };
  const first = play(options(thirty, { show: stopAtFourthOrder, stopped: controller.signal }));
  await assert.rejects(first, { name: 'AbortError' });
  const placed_before = await countOrders();
  assert.ok(placed_before >= 4 && placed_before < 30, String(placed_before));

  await network.pool.query('DELETE FROM idempotency_keys');
  const outcome = await play(options(thirty));
  assert.deepEqual([outcome.placed, outcome.completed], [30, 30]);
  assert.equal(await countOrders(), 30);
  const planned = [...toShop(thirty).products.values()].map(({ stock }) => stock);
  assert.equal(await totalReceived(), total(planned));
});

test('an order that differs from its invoice fails the play, by name', async () => {
  const [invoice] = small;
  const wrong = { ...invoice!, total_amount: invoice!.total_amount + 1 };
  await assert.rejects(play(options([wrong])), (error: Error) => {
    assert.ok(error instanceof PlayError);
    assert.match(
      error.message,
      new RegExp(`1 of 1 orders differ from their invoices:\n {2}${wrong.number} `),
    );
    return true;
  });
});

test('the sample orders are played once, on a shop that is new, unless they were interrupted', async () => {
  const mark = join(folder, 'unfinished');
  const one = small.slice(0, 1);
  const output: string[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => done(void output.push(String(chunk))) });
  const screen = new Screen(stream as unknown as NodeJS.WriteStream);
  const start = async (invoices: Invoice[]) => {
    output.length = 0;
    await playOnce(mark, screen, options(invoices));
    assert.ok(!existsSync(mark));
    return output.join('');
  };

  assert.match(await start(one), /Playing .*1 orders[\s\S]*Placed +1 orders[\s\S]*Completed +1\n/);
  assert.equal(await start(one), '');

  const stopped = AbortSignal.abort();
  await assert.rejects(playOnce(mark, screen, options(small, { stopped })));
  assert.ok(!existsSync(mark), 'what was never begun needs no mark');
});

function total(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

async function countOrders(): Promise<number> {
  return (await network.api.call('GET', '/api/v1/orders?limit=200')).body.length;
}

async function totalReceived(): Promise<number> {
  const { rows } = await network.pool.query('SELECT sum(received) AS total FROM stock');
  return Number(rows[0].total);
}

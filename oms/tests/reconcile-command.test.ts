import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { stripeAt, until } from '../../sandbox/tests/start.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

const PROGRAM = join(import.meta.dirname, '../src/main/reconcile.ts');

describe('npm run reconcile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
  const report = join(folder, 'report.json');
  let network: Network;
  let order_id: string;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('CUP', 10);
    const lines = [{ sku: 'CUP', quantity: 1 }];
    await network.api.ended((await network.api.place({ lines })).id);
    const declined = { lines, payment_method: 'pm_card_chargeDeclined' };
    order_id = (await network.api.ended((await network.api.place(declined)).id)).id;
    await stripeAt(network.sandbox_url).paymentIntents.create({
      amount: 700,
      currency: 'gbp',
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
      metadata: { order_id },
    });
  });
  afterEach(() => network.sandbox.call('DELETE', '/faults'));
  after(async () => {
    rmSync(folder, { recursive: true });
    await network.stop();
  });

  function start(args: string[]): ChildProcess {
    const env = {
      PATH: process.env.PATH,
      ORDERPROCESSING_DATABASE_URL: network.database_url,
      ORDERPROCESSING_DATA_FOLDER: folder,
      ORDERPROCESSING_STRIPE_URL: network.sandbox_url,
      ORDERPROCESSING_EASYPOST_URL: network.sandbox_url,
    };
    return spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async function run(...args: string[]): Promise<{ code: number | null; out: string; error: string }> {
    const child = start(args);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, error] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
    return { code: await ended, out, error };
  }

  it('ends with 2 when it cannot be understood, and says what is wrong', async () => {
    const [help, since, option, path] = await Promise.all([
      run('--help'),
      run('--since', 'lately'),
      run('--repairs'),
      run('--json', join(folder, 'nowhere', 'report.json')),
    ]);
    assert.deepEqual([help.code, since.code, option.code, path.code], [0, 2, 2, 2]);
    assert.match(path.error, /The report cannot be written: ENOENT.* with another --json goes on from here/);
    assert.match(help.out, /It ends with 0 when/);
    assert.match(since.error, /--since lately is no time. Write it as 2026-01-31/);
    assert.match(option.error, /Unknown option '--repairs'/);
  });

  it('lists what differs, with progress, as table and as JSON, and ends with 1', async () => {
    for (const args of [[], ['--repair', '--dry-run']]) {
      const { code, out } = await run(...args, '--json', report);
      assert.equal(code, 1, out);
      assert.match(out, /✔ Payments +3 in the provider’s list/);
      assert.match(out, /hold_left +repairable +1\n/);
      assert.match(out, new RegExp(`${order_id}  It is cancelled, yet payment pi_\\w+ still holds money`));
      assert.match(out, /Can be repaired: Void the hold of 700 GBP/);
      assert.match(out, /Left: 1, of which 0 need a person. npm run reconcile -- --repair mends 1/);
      const { ok, mode, compared, findings } = JSON.parse(readFileSync(report, 'utf8'));
      assert.deepEqual([ok, mode], [false, args.length > 0 ? 'dry_run' : 'list']);
      assert.deepEqual([compared.orders, compared.payments, compared.parcels], [2, 3, 1]);
      assert.deepEqual([findings[0].subject, findings[0].status], [order_id, 'repairable']);
    }
  });

  it('goes on by itself after it was killed, and ends with 2 while a provider is away', async () => {
    const hang = { operation: 'refunds.list', kind: 'hang_before' };
    const { body: fault } = await network.sandbox.call('POST', '/faults', hang);
    const child = start([]);
    const ended = new Promise((resolve) => child.once('close', resolve));
    const fired = async () => {
      const { body } = await network.sandbox.call('GET', '/faults');
      return body.find(({ id }: { id: string }) => id === fault.id).fired > 0;
    };
    await until(fired);
    child.kill('SIGKILL');
    await ended;
    await network.sandbox.call('DELETE', '/faults');
    await network.sandbox.call('POST', '/faults', { operation: 'shipments.list', kind: 'drop_before' });
    const away = await run();
    assert.equal(away.code, 2, away.out);
    assert.match(away.out, /^Goes on with the run of .*, which was interrupted/);
    assert.match(
      away.error,
      /The provider's list of parcels cannot be read: .* The same command goes on from here/,
    );
    await network.sandbox.call('DELETE', '/faults');
    assert.match((await run()).out, /^Goes on with the run of /);
    assert.deepEqual(readdirSync(join(folder, 'reconciliation')), [], 'nothing is left to go on with');
  });

  it('repairs what is safe and ends with 0, and so it does when nothing differs any more', async () => {
    const repaired = await run('--repair', '--json', report);
    assert.equal(repaired.code, 0, repaired.out);
    assert.match(repaired.out, /Repaired: Void the hold of 700 GBP/);
    assert.equal(JSON.parse(readFileSync(report, 'utf8')).findings[0].status, 'repaired');
    const again = await run();
    assert.equal(again.code, 0, again.out);
    assert.match(again.out, /Nothing differs\.[\s\S]*All agrees\./);
    await assertInvariants(network);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from '@oms/kit/testing/program.ts';
import { Connection } from '@temporalio/client';
import pino from 'pino';
import { startTemporalServer, type TemporalServer } from '../src/engine/temporal/server.ts';
import { TemporalEngine } from '../src/engine/temporal/temporal.ts';
import { type Version, Versions } from '../src/engine/temporal/versions.ts';
import { testWorkflows } from './conformance/workflows.ts';

const workflows = { waiting: testWorkflows.waiting, following: testWorkflows.waiting };

/** What a server else sees within minutes: that a worker is gone, and that a version's last order has ended. */
const SOON = {
  'matching.longPollExpirationInterval': '1s',
  'matching.PollerHistoryTTL': '6s',
  'matching.wv.VersionDrainageStatusVisibilityGracePeriod': '1s',
  'matching.wv.VersionDrainageStatusRefreshInterval': '1s',
};

/** Two versions of the workers beside each other on one server, and the command that an operator has for them. */
describe('versions of workers', () => {
  let server: TemporalServer;
  let versions: Versions;
  before(async () => {
    server = await startTemporalServer({ dynamic_config: SOON });
    const connection = await Connection.connect({ address: server.address });
    versions = new Versions({ connection, namespace: 'default' });
  });
  after(() => server.stop());

  /** Which version noted what, for each workflow. */
  const notes: string[] = [];
  const engines = new Map<string, TemporalEngine>();
  after(() => Promise.all([...engines.values()].map((engine) => engine.stop(5_000))));

  async function launch(build_id: string, deployment?: { build_id: string }): Promise<TemporalEngine> {
    const engine = new TemporalEngine({
      address: server.address,
      namespace: 'default',
      workflows,
      workflows_path: new URL('./versions_bundle.ts', import.meta.url).pathname,
      steps: {
        act: async ({ order_id }) => void notes.push(`${order_id} began with ${build_id}`),
        note: async ({ order_id, text }) => void notes.push(`${order_id} ${text} with ${build_id}`),
      },
      timing: { retry_first_delay_ms: 1, heartbeat_timeout_ms: 900 },
      workflows_max: 10,
      deployment,
      logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    });
    engines.set(build_id, engine);
    await engine.launch();
    return engine;
  }

  /** As an operator gives it, in a process of its own. */
  async function command(...args: string[]): Promise<{ status: number | null; output: string }> {
    const settings = { ORDERPROCESSING_TEMPORAL_ADDRESS: server.address };
    const program = startProgram('oms/src/main/engine.ts', settings, args);
    return { status: await program.ended, output: program.output() };
  }

  const start = (id: string, version = '1.0', workflow: keyof typeof workflows = 'waiting') =>
    engines.get(version)!.start(id, { workflow, input: { order_id: id }, customer_id: null });
  const noted = (text: string) => until(async () => notes.includes(text), text);
  /** Which version is current reaches the server's task queues a moment after the command: tries until it has. */
  async function untilRoutedTo(version: string): Promise<void> {
    let number = 0;
    await until(async () => {
      const id = `probe ${++number} of ${version}`;
      await start(id, version);
      await until(async () => notes.some((note) => note.startsWith(`${id} began`)), `${id} began`);
      await engines.get(version)!.send(id, 'go on');
      await until(async () => notes.some((note) => note.startsWith(`${id} received`)), `${id} ended`);
      return notes.includes(`${id} began with ${version}`);
    }, `new orders go to ${version}`);
  }
  const stateOf = async (build_id: string) =>
    (await versions.list()).find((one) => one.build_id === build_id)!;

  it('where no worker has one, there is none', async () => {
    await launch('no version');
    await start('z', 'no version');
    await noted('z began with no version');
    const { status, output } = await command();
    assert.equal(status, 0);
    assert.match(output, /No worker has a version.*ORDERPROCESSING_TEMPORAL_BUILD_ID/);
  });

  it('the first takes orders by itself, those that run too; the second only when it is promoted', async () => {
    await launch('1.0', { build_id: '1.0' });
    await untilRoutedTo('1.0');
    await start('a');
    await noted('a began with 1.0');
    await engines.get('1.0')!.send('z', 'go on');
    await noted('z received with 1.0');

    await launch('2.0', { build_id: '2.0' });
    await until(async () => (await versions.list()).length === 2, 'two versions');
    await start('b');
    await noted('b began with 1.0');
    await start('f', '1.0', 'following');
    await noted('f began with 1.0');
    await until(async () => (await stateOf('1.0')).running_orders === 2, 'two orders seen');
    const { status, output } = await command('versions', '--json');
    assert.equal(status, 0);
    const seen = JSON.parse(output).map(({ since, ...version }: Version) => {
      assert.ok(Date.now() - Date.parse(since) < 120_000, since);
      return version;
    });
    assert.deepEqual(seen, [
      { build_id: '2.0', state: 'inactive', percent: 0, running_orders: 0, workers: 1 },
      { build_id: '1.0', state: 'current', percent: 100, running_orders: 2, workers: 1 },
    ]);
  });

  it('a share of orders can be given and taken back', async () => {
    const { output } = await command('promote', '2.0', '--percent', '25');
    assert.match(
      output,
      /2\.0 takes 25 % of new orders\.[\s\S]*2\.0 +ramping +25 %[\s\S]*1\.0 +current +75 %/,
    );
    await assert.rejects(versions.retire('2.0'), /takes a share of new orders. Take it back first/);
    await assert.rejects(versions.promote('1.0', 50), /is current: it takes what no other version takes/);
    await versions.promote('2.0', 0);
    assert.equal((await stateOf('1.0')).percent, 100);
  });

  it('an order stays with the version that it began with, new ones and what follows versions go to the promoted one', async () => {
    await assert.rejects(versions.retire('1.0'), /takes new orders. Promote another version first/);
    await versions.promote('2.0');
    await untilRoutedTo('2.0');
    await start('c');
    await noted('c began with 2.0');
    await engines.get('2.0')!.send('a', 'go on');
    await noted('a received with 1.0');
    await engines.get('1.0')!.send('f', 'go on');
    await noted('f received with 2.0');
  });

  it('a version with running orders cannot be retired', async () => {
    await until(async () => (await stateOf('1.0')).running_orders === 1, 'one order left');
    const { status, output } = await command('retire', '1.0');
    assert.equal(status, 1);
    assert.equal(
      output,
      'Version 1.0 cannot be retired: 1 order runs on it. Keep its workers until they have ended.\n',
    );
  });

  it('when its last order has ended and its workers are gone, it can', async () => {
    await engines.get('2.0')!.send('b', 'go on');
    await noted('b received with 1.0');
    await until(async () => (await stateOf('1.0')).running_orders === 0, 'no order left');
    await assert.rejects(versions.retire('1.0'), /workers of it run/);
    await Promise.all([...engines.values()].map((engine) => engine.stop(5_000)));
    await until(async () => {
      const { state, workers } = await stateOf('1.0');
      return state === 'drained' && workers === 0;
    }, 'drained, without workers');
    // The server counts the workers once more, each partition of its queues for itself.
    let retired = await command('retire', '1.0');
    await until(async () => {
      if (retired.status === 0) return true;
      assert.match(retired.output, /active pollers|workers of it run/);
      retired = await command('retire', '1.0');
      return false;
    }, 'retired');
    assert.match(retired.output, /Version 1\.0 is retired/);
    assert.deepEqual(
      (await versions.list()).map(({ build_id }) => build_id),
      ['2.0'],
    );
  });

  it('orders whose version has no worker are pointed out', async () => {
    await until(async () => (await stateOf('2.0')).workers === 0, 'its worker is gone');
    assert.match((await command('versions')).output, /The orders of version 2\.0 stand still/);
  });

  it('what cannot be understood is refused', async () => {
    const [unknown, share] = await Promise.all([
      command('promote', '3.0'),
      command('promote', '2.0', '--percent', '101'),
    ]);
    assert.deepEqual([unknown.status, share.status], [1, 1]);
    assert.match(unknown.output, /There is no version 3\.0\. Those known: 2\.0/);
    assert.match(share.output, /from 0 to 100, not 101[\s\S]*--help tells more/);
  });
});

it('the embedded engine has no versions, and says so', async () => {
  const program = startProgram('oms/src/main/engine.ts', {}, ['versions']);
  assert.equal(await program.ended, 1);
  assert.match(program.output(), /The embedded engine has one version/);
});

async function until(isSo: () => Promise<boolean>, awaited: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it never came to: ${awaited}`);
    await delay(20);
  }
}

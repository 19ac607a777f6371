import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isPortFree } from '@oms/kit/net.ts';
import { Client, type Connection as Connected, Connection } from '@temporalio/client';
import pino from 'pino';
import { byTemporalLibrary, findTemporalProgram, temporalProgram } from './program.ts';
import { registerSearchAttributes } from './register_search_attributes.ts';
import { startTemporalServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-temporal-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('it keeps its workflows over a restart on the same file and port, and finds them by their order', async (t) => {
  const database_file = join(folder, 'new', 'temporal.db');
  const first = await startTemporalServer({ database_file, ui_port: 0 });
  t.after(() => first.stop());
  assert.match(await (await fetch(first.ui_url!)).text(), /<html/i);
  await connected(first.address, (connection) =>
    new Client({ connection }).workflow.start('order', {
      workflowId: 'order-1',
      taskQueue: 'order-processing',
      searchAttributes: { CustomerId: ['ada'], OrderStatus: ['pending'] },
    }),
  );
  await first.stop();

  const port = Number(first.address.split(':')[1]);
  assert.ok(await isPortFree(port));
  const second = await startTemporalServer({ database_file, port });
  t.after(() => second.stop());
  assert.equal(second.address, first.address);
  assert.equal(second.ui_url, undefined);
  await connected(second.address, async (connection) => {
    const { workflow } = new Client({ connection });
    const { status } = await workflow.getHandle('order-1').describe();
    assert.equal(status.name, 'RUNNING');
    await until(
      async () => (await workflow.count('CustomerId = "ada" AND OrderStatus = "pending"')).count === 1,
    );
  });
});

test('search attributes are registered with a server that was given, however often', async (t) => {
  const pid_file = join(folder, 'pid');
  const deaths: string[] = [];
  const server = await startTemporalServer({
    find: async () => {
      const { path } = await findTemporalProgram();
      return script('leaves-pid', `echo $$ > ${pid_file}; exec ${path} "$@"`);
    },
    keep: { onRestart: (line) => deaths.push(line), onGiveUp: ({ message }) => deaths.push(message) },
  });
  t.after(() => server.stop());
  await connected(server.address, async (connection) => {
    const namespace = 'shop';
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const options = { namespace, logger: pino({ level: 'silent' }) };
    await until(() => registerSearchAttributes(connection, options).catch(() => false));
    assert.equal(await registerSearchAttributes(connection, options), true);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    assert.deepEqual(Object.keys(customAttributes).sort(), ['CustomerId', 'OrderAttention', 'OrderStatus']);
  });

  process.kill(Number(readFileSync(pid_file, 'utf8')), 'SIGKILL');
  await until(async () => deaths.length > 0);
  assert.match(deaths[0]!, /The Temporal server has ended .* and is started again/);
  await until(() =>
    connected(server.address, ({ workflowService }) => workflowService.getSystemInfo({})).then(
      () => true,
      () => false,
    ),
  );
});

test('a server that refuses them leaves a warning that says what to run', async () => {
  const refusal = Object.assign(new Error(), { code: 7, details: 'not yours', metadata: {} });
  const connection = {
    withDeadline: (_deadline: number, work: () => Promise<unknown>) => work(),
    operatorService: { listSearchAttributes: () => Promise.reject(refusal) },
  } as unknown as Connected;
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
  assert.equal(await registerSearchAttributes(connection, { namespace: 'shop', logger }), false);
  assert.match(
    lines.join(),
    /temporal operator search-attribute create --namespace shop --name CustomerId --type Keyword --name/,
  );
});

test('a taken port is named, with the setting', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  await Promise.all([
    assert.rejects(startTemporalServer({ port }), {
      message: new RegExp(`^Port ${port} is taken.*ORDERPROCESSING_TEMPORAL_PORT`),
    }),
    assert.rejects(startTemporalServer({ ui_port: port }), {
      message: new RegExp(`^Port ${port} is taken.*ORDERPROCESSING_TEMPORAL_UI_PORT`),
    }),
  ]);
});

test('a server that ends while it starts is told with its last words', async () => {
  const find = async () => script('broken', 'echo "no such flag" >&2; exit 3');
  await assert.rejects(startTemporalServer({ find }), {
    name: 'OperatorError',
    message: 'The Temporal server did not start: it ended (status 3).\nIts last words:\n  no such flag',
  });
});

test('where there is no program and none can be fetched, the three ways are told', async () => {
  const { PATH, XDG_CACHE_HOME } = process.env;
  Object.assign(process.env, { PATH: '', XDG_CACHE_HOME: join(folder, 'cache') });
  try {
    const source = { ...temporalProgram, make: () => Promise.reject(new Error('no network')) };
    await assert.rejects(findTemporalProgram({}, source), {
      name: 'OperatorError',
      message:
        /no temporal here: no network\nThere are three ways[\s\S]*ORDERPROCESSING_TEMPORAL_ADDRESS[\s\S]*PATH[\s\S]*Python 3/,
    });
  } finally {
    Object.assign(process.env, { PATH, XDG_CACHE_HOME });
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  }
});

test('neither pip nor the download reach anything: both reasons are told', async () => {
  const nowhere = 'http://127.0.0.1:1';
  const names = ['PATH', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, {
    PATH: '',
    HTTPS_PROXY: nowhere,
    https_proxy: nowhere,
    NO_PROXY: '',
    no_proxy: '',
  });
  try {
    await assert.rejects(byTemporalLibrary(mkdtempSync(join(folder, 'made-'))), /failed to download/);
    await assert.rejects(
      temporalProgram.make(mkdtempSync(join(folder, 'made-'))),
      /python3.*; .*failed to download/,
    );
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

function script(name: string, text: string) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return { path, origin: 'a test' };
}

async function connected<Result>(
  address: string,
  work: (connection: Connected) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ address });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it never came to what was awaited');
    await delay(50);
  }
}

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import pino from 'pino';
import { TemporalEngine } from './temporal.ts';

const TLS_HANDSHAKE = 0x16;

for (const tls of [true, false]) {
  test(`it ${tls ? 'speaks TLS where it is told to' : 'speaks plainly otherwise'}, and tells that nobody answers`, async (t) => {
    const first_bytes = new Set<number>();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (data: Buffer) => {
        first_bytes.add(data[0]!);
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };

    const engine = new TemporalEngine({
      address: `127.0.0.1:${port}`,
      namespace: 'default',
      tls,
      workflows: {},
      steps: {},
      timing: { retry_first_delay_ms: 1, heartbeat_timeout_ms: 1_000 },
      workflows_max: 1,
      logger: pino({ level: 'silent' }),
    });
    await assert.rejects(engine.launch(), {
      name: 'OperatorError',
      message: new RegExp(`Temporal cannot be reached at 127.0.0.1:${port}`),
    });
    assert.deepEqual([...first_bytes], [tls ? TLS_HANDSHAKE : 'P'.charCodeAt(0)]);
  });
}

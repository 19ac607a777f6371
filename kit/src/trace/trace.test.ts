import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogger } from '../logger.ts';
import { currentTrace, inScope, outgoingHeaders } from './scope.ts';
import { acceptTrace, childTraceparent } from './spans.ts';
import { toTrace, traceId } from './trace.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
const TRACE = { traceparent: TRACEPARENT, request_id: 'req-1' };

test('what a caller sends is taken', () => {
  assert.deepEqual(acceptTrace(TRACE), TRACE);
});

test('of a later version of the standard what is known is read', () => {
  assert.equal(acceptTrace({ traceparent: `01-${TRACEPARENT.slice(3)}-more` }).traceparent, TRACEPARENT);
});

test('what is missing or malformed is made anew, each time another', () => {
  const malformed = [
    undefined, '', 'x', TRACEPARENT.toUpperCase(), `${TRACEPARENT}-more`, `ff-${TRACEPARENT.slice(3)}`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-${TRACE_ID}-${'0'.repeat(16)}-01`, `${TRACEPARENT}\n`,
  ]; // biome-ignore format: one line for each kind
  for (const traceparent of malformed) {
    const [one, other] = [acceptTrace({ traceparent }), acceptTrace({ traceparent })];
    assert.match(one.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.notEqual(one.traceparent, traceparent);
    assert.notEqual(traceId(one), traceId(other));
  }
  for (const request_id of [undefined, '', 'two words', 'a\nb', 'x'.repeat(129), ['a', 'b']]) {
    const made = acceptTrace({ request_id }).request_id;
    assert.match(made, /^[0-9a-f-]{36}$/);
    assert.notEqual(made, acceptTrace({ request_id }).request_id);
  }
});

test('whatever is sent, the answer is a trace that is taken again as it is', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (traceparent, request_id) => {
      const trace = acceptTrace({ traceparent, request_id });
      assert.deepEqual(acceptTrace(trace), trace);
      assert.deepEqual(toTrace(trace), trace);
    }),
  );
});

test('a child is another span of the same trace', () => {
  const child = childTraceparent(TRACE);
  assert.match(child, new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  assert.notEqual(child, TRACEPARENT);
});

test('a half trace is none', () => {
  for (const kept of [null, undefined, {}, { traceparent: TRACEPARENT }, { ...TRACE, traceparent: 'x' }])
    assert.equal(toTrace(kept), undefined);
});

test('every log line and request made within a scope tells it, outer scopes included', async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) });
  const child = logger.child({ part: 'x' });
  await inScope({ trace: TRACE, fields: { order_id: 'ord_1', step: 'a' } }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    inScope({ fields: { step: 'b' } }, () => child.info('inner'));
    logger.info({ step: 'own' }, 'its own field wins');
    assert.equal(currentTrace(), TRACE);
    assert.match(outgoingHeaders().traceparent!, new RegExp(`^00-${TRACE_ID}-`));
  });
  logger.info('outside');
  const common = { trace_id: TRACE_ID, request_id: 'req-1', order_id: 'ord_1' };
  const told = lines.map(({ level, time, pid, hostname, ...rest }) => rest);
  assert.deepEqual(told, [
    { ...common, step: 'b', part: 'x', msg: 'inner' },
    { ...common, step: 'own', msg: 'its own field wins' },
    { msg: 'outside' },
  ]);
  assert.deepEqual([currentTrace(), outgoingHeaders()], [undefined, {}]);
});

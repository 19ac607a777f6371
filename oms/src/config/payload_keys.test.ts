import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { loadConfig } from './config.ts';
import { readPayloadKeys } from './payload_keys.ts';

const KEY = randomBytes(32).toString('base64');
const SHORT = randomBytes(16).toString('base64');
const VARIABLE = 'ORDERPROCESSING_TEMPORAL_PAYLOAD_KEYS';

test('keys are read in their order', () => {
  const text = `2026a:${KEY},2025.b:${KEY}`;
  const keys = readPayloadKeys(loadConfig({ [VARIABLE]: text }).temporal_payload_keys!);
  assert.deepEqual([...keys.keys()], ['2026a', '2025.b']);
  assert.equal(keys.get('2026a')?.toString('base64'), KEY);
});

test('wrong ones stop the start, with all faults told and no key', () => {
  const refusals: [string, RegExp][] = [
    [KEY, /PAYLOAD_KEYS must be keys such as .*number 1 has no proper id/],
    [`a:${SHORT}`, /must have keys of 32 bytes in base64 .*that of a is not/],
    [`a:${KEY}!`, /that of a is not/],
    [`a:${KEY},a:${KEY}`, /has the id a twice/],
    [`a:${SHORT},:${KEY}`, /that of a is not[\s\S]*number 2 has no proper id/],
    [`a:${KEY},`, /number 2 has no proper id/],
  ];
  for (const [text, reason] of refusals) {
    assert.throws(
      () => loadConfig({ [VARIABLE]: text, ORDERPROCESSING_PORT: 'x' }),
      ({ message }: Error) => {
        assert.match(message, reason);
        assert.match(message, /PORT must be integer/, 'the other faults too');
        assert.ok(![KEY, SHORT].some((key) => message.includes(key.slice(0, 20))), 'tells a key');
        return true;
      },
    );
  }
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { EncryptionCodec } from './codec.ts';

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const codec = new EncryptionCodec(new Map([['old', OLD]]));
const rotated = new EncryptionCodec(new Map([['new', NEW], ['old', OLD]])); // biome-ignore format: one line
const other = new EncryptionCodec(new Map([['old', NEW]]));

const bytes = fc.uint8Array({ maxLength: 200 }).map((data) => new Uint8Array(data));
const payload = fc.record({
  metadata: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), bytes, { maxKeys: 4 }),
  data: bytes,
});

test('what is decrypted is what was encrypted, of every payload', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { maxLength: 5 }), async (payloads) => {
      assert.deepEqual((await codec.decode(await codec.encode(payloads))).map(plain), payloads.map(plain));
    }),
  );
});

test('what is encrypted shows nothing but the id of its key, and differs each time', async () => {
  const secret = defaultPayloadConverter.toPayload({ order_id: 'ord_123' });
  const [one] = await codec.encode([secret]);
  const [two] = await codec.encode([secret]);
  assert.deepEqual(texts(one!), { encoding: 'binary/encrypted', 'encryption-key-id': 'old' });
  assert.doesNotMatch(Buffer.from(one!.data!).toString('latin1'), /ord_123|json/);
  assert.notDeepEqual(one!.data, two!.data);
});

test('the first key encrypts, all decrypt', async () => {
  const secret = defaultPayloadConverter.toPayload('x');
  const [by_new] = await rotated.encode([secret]);
  assert.equal(texts(by_new!)['encryption-key-id'], 'new');
  const [read] = await rotated.decode(await codec.encode([secret]));
  assert.equal(defaultPayloadConverter.fromPayload(read!), 'x');
  await assert.rejects(codec.decode([by_new!]), /encrypted by the key "new".*TEMPORAL_PAYLOAD_KEYS \(old\)/);
});

test('what was not encrypted is read as it is', async () => {
  await fc.assert(
    fc.asyncProperty(payload, async (one) => assert.deepEqual(await codec.decode([one]), [one])),
  );
});

test('what was changed, by whatever byte, is refused, and so is another key under the same id', async () => {
  const [sealed] = await codec.encode([defaultPayloadConverter.toPayload('a secret')]);
  const { metadata, data } = sealed!;
  for (let index = 0; index < data!.length; index++) {
    const changed = Uint8Array.from(data!);
    changed[index]! ^= 1;
    await assert.rejects(codec.decode([{ metadata: metadata!, data: changed }]), /not what the key "old"/);
  }
  for (const length of [0, 11, 27, 28, data!.length - 1]) {
    await assert.rejects(
      codec.decode([{ metadata: metadata!, data: data!.subarray(0, length) }]),
      /not what/,
    );
  }
  await assert.rejects(other.decode([sealed!]), /not what the key "old" encrypted/);
});

function texts({ metadata }: Payload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString()]),
  );
}

function plain({ metadata, data }: Payload) {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, [...value]] as const);
  return { metadata: Object.fromEntries(entries.sort()), data: [...(data ?? [])] };
}

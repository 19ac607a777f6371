import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Network, startNetwork } from './network.ts';

const WAIT_FOR_OTHERS = { idempotency: 'idempotency_key_in_use', others: 'changed_concurrently' };

describe('requests that change the same thing at the same time', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork({ worker: false });
    // Raises what PostgreSQL raises under contention, as often as `failing` says. Sequences are not rolled back.
    await network.pool.query(`
      CREATE TABLE failing (code text, times bigint);
      CREATE SEQUENCE failures;
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE wanted failing;
      BEGIN
        SELECT * INTO wanted FROM failing;
        IF wanted.times > 0 AND nextval('failures') <= wanted.times THEN
          RAISE EXCEPTION 'contention' USING ERRCODE = wanted.code;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fail BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION fail();
      CREATE TRIGGER fail BEFORE UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION fail();`);
    await network.api.stock('CUP', 1);
  });
  after(() => network.stop());

  const fail = (code: string, times: number) =>
    network.pool.query(`DELETE FROM failing; ALTER SEQUENCE failures RESTART;
      INSERT INTO failing VALUES ('${code}', ${times})`);
  const put = (unit_price: number) =>
    network.api.call('PUT', '/api/v1/products/CUP', { name: 'Cup', unit_price, currency: 'EUR' });
  const receive = (quantity: number) =>
    network.api.call(
      'POST',
      '/api/v1/products/CUP/receipts',
      { quantity },
      {
        'idempotency-key': crypto.randomUUID(),
      },
    );

  it('succeed when the database rolled them back a few times', async () => {
    for (const code of ['40001', '40P01']) {
      await fail(code, 2);
      assert.equal((await put(7)).status, 200, code);
      await fail(code, 2);
      assert.equal((await receive(1)).status, 201, code);
    }
  });

  for (const [code, status, keyless, keyed] of [
    ['40001', 409, WAIT_FOR_OTHERS.others, WAIT_FOR_OTHERS.others],
    ['40P01', 409, WAIT_FOR_OTHERS.others, WAIT_FOR_OTHERS.others],
    ['55P03', 409, WAIT_FOR_OTHERS.others, WAIT_FOR_OTHERS.idempotency],
    ['57014', 503, 'unavailable', 'unavailable'],
  ] as const) {
    it(`are told when to come again when PostgreSQL goes on refusing with ${code}`, async () => {
      await fail(code, 1_000);
      for (const [answer, problem] of [
        [await put(8), keyless],
        [await receive(1), keyed],
      ] as const) {
        assert.deepEqual([answer.status, answer.body.code], [status, problem]);
        assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
      }
      await fail(code, 0);
    });
  }

  it('never fail: each of fifty price changes is made, or refused with a remedy', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => (at % 5 === 0 ? receive(1) : put(at + 1))),
    );
    const wrong = statuses.filter(({ status }) => ![200, 201, 409, 503].includes(status));
    assert.deepEqual(wrong, []);
    const { rows } = await network.pool.query(`SELECT received FROM stock WHERE sku = 'CUP'`);
    const received = statuses.filter(({ status }) => status === 201).length;
    assert.equal(rows[0].received, 1 + 2 + received);
  });
});

import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { NewOrder } from '../src/generated/contract/types.gen.ts';
import { newOrder } from './client.ts';
import { type Network, startNetwork } from './network.ts';

const UK_IS_GB = '"UK" is not an ISO 3166-1 alpha-2 code; United Kingdom is GB';

describe('a request that cannot be taken', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork({ worker: false });
    await network.api.stock('CUP', 100);
    await network.api.call('PUT', '/api/v1/products/BOX', { name: 'Box', unit_price: 5, currency: 'EUR' });
  });
  after(async () => {
    const { rows } = await network.pool.query(
      'SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM idempotency_keys WHERE operation = $1) AS left_behind',
      ['createOrder'],
    );
    await network.stop();
    assert.equal(rows[0].left_behind, 0, 'what is refused leaves nothing behind');
  });

  const place = (order: unknown, headers = {}) => network.api.call('POST', '/api/v1/orders', order, headers);
  const good = newOrder({ lines: [{ sku: 'CUP', quantity: 1 }] });
  const pointers = (body: { errors: { pointer: string }[] }) =>
    body.errors.map(({ pointer }) => pointer).sort();

  const wrong: { name: string; order: unknown; pointer: string; code: string; detail?: string }[] = [
    { name: 'no lines', order: { ...good, lines: [] }, pointer: '/lines', code: 'minItems' },
    {
      name: 'a quantity of zero',
      order: withLine({ quantity: 0 }),
      pointer: '/lines/0/quantity',
      code: 'minimum',
    },
    {
      name: 'a negative quantity',
      order: withLine({ quantity: -1 }),
      pointer: '/lines/0/quantity',
      code: 'minimum',
    },
    {
      name: 'a quantity in text',
      order: withLine({ quantity: '1' }),
      pointer: '/lines/0/quantity',
      code: 'type',
    },
    { name: 'half a piece', order: withLine({ quantity: 1.5 }), pointer: '/lines/0/quantity', code: 'type' },
    {
      name: 'too large a quantity',
      order: withLine({ quantity: 100_001 }),
      pointer: '/lines/0/quantity',
      code: 'maximum',
    },
    { name: 'an unknown field', order: { ...good, coupon: 'X' }, pointer: '/coupon', code: 'unknown_field' },
    {
      name: 'an unknown field of a line',
      order: withLine({ colour: 'red' }),
      pointer: '/lines/0/colour',
      code: 'unknown_field',
    },
    {
      name: 'a currency that is no code',
      order: { ...good, currency: 'pounds' },
      pointer: '/currency',
      code: 'format',
    },
    { name: 'a test currency', order: { ...good, currency: 'XTS' }, pointer: '/currency', code: 'format' },
    ...[
      { name: 'the country UK', part: { country: 'UK' }, code: 'format', detail: UK_IS_GB },
      { name: 'no postal code in a country of them', part: { postal_code: undefined }, code: 'missing' },
      { name: 'a control character in a line', part: { line1: '1 High Street\nLondon' }, code: 'format' },
      { name: 'an invisible name', part: { name: '\u200b' }, code: 'format' },
      { name: 'a phone number without its country', part: { phone: '020 7946 0000' }, code: 'format' },
    ].map(({ part, ...rest }) => ({
      ...rest,
      order: withAddress(part),
      pointer: `/shipping_address/${Object.keys(part)[0]}`,
    })),
    {
      name: 'no address',
      order: { ...good, shipping_address: undefined },
      pointer: '/shipping_address',
      code: 'missing',
    },
    {
      name: 'a card number as payment method',
      order: { ...good, payment_method: '4242424242424242' },
      pointer: '/payment_method',
      code: 'pattern',
    },
    {
      name: '10,000 lines',
      order: { ...good, lines: Array(10_000).fill(good.lines[0]) },
      pointer: '/lines',
      code: 'maxItems',
    },
  ];
  for (const { name, order, pointer, code, detail } of wrong) {
    it(`with ${name} is refused, and the field is named`, async () => {
      const { status, body, headers } = await place(order);
      assert.equal(status, 400);
      assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.equal(body.code, 'invalid_request');
      assert.deepEqual(
        body.errors.map((error: { pointer: string; code: string }) => ({
          pointer: error.pointer,
          code: error.code,
        })),
        [{ pointer, code }],
      );
      if (detail) assert.equal(body.errors[0].detail, detail);
    });
  }

  it('for a product in no currency is refused', async () => {
    for (const currency of ['XXX', 'ZZZ', 'gbp']) {
      const product = { name: 'Cup', unit_price: 1, currency };
      const { status, body } = await network.api.call('PUT', '/api/v1/products/CUP', product);
      assert.equal(status, 400);
      assert.deepEqual(pointers(body), ['/currency']);
    }
  });

  it('with several wrong fields is told all of them at once', async () => {
    const { body } = await place({ lines: [{ sku: '', quantity: 0 }], payment_method: 7, more: 1 });
    assert.deepEqual(pointers(body), [
      '/lines/0/quantity',
      '/lines/0/sku',
      '/more',
      '/payment_method',
      '/shipping_address',
    ]);
  });

  it('for unknown SKUs is told each of them', async () => {
    const lines = [
      { sku: 'NOPE', quantity: 1 },
      { sku: 'CUP', quantity: 1 },
      { sku: 'NEVER', quantity: 1 },
    ];
    const { status, body } = await place({ ...good, lines });
    assert.equal(status, 422);
    assert.equal(body.code, 'unknown_sku');
    assert.deepEqual(pointers(body), ['/lines/0/sku', '/lines/2/sku']);
  });

  it('in another currency than the product’s is refused', async () => {
    assert.equal((await place({ ...good, currency: 'USD' })).body.code, 'currency_mismatch');
    const { status, body } = await place({
      ...good,
      lines: [
        { sku: 'CUP', quantity: 1 },
        { sku: 'BOX', quantity: 1 },
      ],
    });
    assert.equal(status, 422);
    assert.deepEqual(pointers(body), ['/lines/1/sku']);
  });

  it('for an unknown customer is refused', async () => {
    const { status, body } = await place({ ...good, customer_id: 'nobody' });
    assert.equal(status, 422);
    assert.equal(body.code, 'unknown_customer');
  });

  it('whose total is more than can be paid is refused', async () => {
    await network.api.stock('GOLD', 1, 99_999_999);
    const { status, body } = await place({ ...good, lines: [{ sku: 'GOLD', quantity: 2 }] });
    assert.equal(status, 422);
    assert.equal(body.code, 'total_out_of_range');
  });

  it('without an Idempotency-Key is refused', async () => {
    const response = await fetch(`${network.api.address}/api/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(good),
    });
    const body = (await response.json()) as { errors: { pointer: string }[] };
    assert.deepEqual(pointers(body), ['header.idempotency-key']);
  });

  it('that is no JSON, too large, or no JSON type is told so', async () => {
    assert.equal((await place('{"lines": [')).body.code, 'malformed_json');
    assert.equal((await place(`{"lines": "${'x'.repeat(1024 * 1024)}"}`)).body.code, 'body_too_large');
    assert.equal(
      (await place('lines', { 'content-type': 'text/plain' })).body.code,
      'unsupported_media_type',
    );
  });

  it('to an unknown address, order, product or customer gets 404', async () => {
    const codes = [
      '/api/v1/nothing',
      '/api/v1/orders/ord_00000000000000000000000000',
      '/api/v1/products/NOPE',
      '/api/v1/customers/nobody',
    ];
    const answers = await Promise.all(codes.map((path) => network.api.call('GET', path)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404, 404, 404],
    );
    assert.deepEqual(
      answers.map(({ body }) => body.code),
      ['route_not_found', 'not_found', 'not_found', 'not_found'],
    );
  });

  it('with a foreign cursor, limit or id is refused by name', async () => {
    const asked = [
      '/api/v1/orders?cursor=bm9wZQ',
      '/api/v1/orders?limit=0',
      '/api/v1/orders?status=lost',
      '/api/v1/orders/42',
    ];
    const answers = await Promise.all(asked.map((path) => network.api.call('GET', path)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400, 400],
    );
    assert.deepEqual(
      answers.map(({ body }) => pointers(body)),
      [['query.cursor'], ['query.limit'], ['query.status'], ['path.order_id']],
    );
  });

  it('of a megabyte, full of errors, is told the first of them', async () => {
    const { body } = await place({ ...good, lines: Array(300_000).fill({}) });
    assert.equal(body.errors.length, 1);
  });

  it('with a character that cannot be kept is refused', async () => {
    for (const name of ['a\u0000b', 'a\ud800b']) {
      const { status, body } = await place({ ...good, shipping_address: { ...good.shipping_address, name } });
      assert.deepEqual([status, body.code], [400, 'invalid_request']);
    }
  });

  it('by an address that cannot be read, or a name that is not ours, is told so', async () => {
    assert.equal((await network.api.call('GET', '/api/v1/products/%zz')).body.code, 'invalid_request');
    const { hostname, port } = new URL(network.api.address);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ hostname, port, path: '/api/v1/orders', headers: { host: 'shop.example' } }, resolve).on(
        'error',
        reject,
      );
    });
    answer.resume();
    assert.equal(answer.statusCode, 421);
  });

  it('for a time that is none is refused, and one before all orders finds them all', async () => {
    const leap = await network.api.call('GET', '/api/v1/orders?created_from=2016-12-31T23:59:60Z');
    assert.deepEqual([leap.status, pointers(leap.body)], [400, ['query.created_from']]);
    const early = await network.api.call('GET', '/api/v1/orders?created_to=1969-01-01T00:00:00Z');
    assert.deepEqual(early.body, []);
  });

  it('never shows what is inside when the service fails', async () => {
    await network.pool.query('ALTER TABLE customers RENAME TO customers_gone');
    const { status, body } = await network.api.call('GET', '/api/v1/customers/ada');
    await network.pool.query('ALTER TABLE customers_gone RENAME TO customers');
    assert.equal(status, 500);
    assert.deepEqual(body, {
      type: '/errors#internal',
      title: 'Internal error',
      status: 500,
      code: 'internal',
    });
  });

  function withAddress(part: object): unknown {
    return { ...good, shipping_address: { ...good.shipping_address, ...part } };
  }

  function withLine(line: object): unknown {
    return { ...good, lines: [{ ...(good as NewOrder).lines[0], ...line }] };
  }
});

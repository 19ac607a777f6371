import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Order } from '../src/generated/contract/types.gen.ts';
import type { OffenceKind } from '../src/verify/offences.ts';
import { type Report, render } from '../src/verify/report.ts';
import { verify } from '../src/verify/verify.ts';
import { breakBehind } from './behind.ts';
import { type Network, startNetwork } from './network.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Orders {
  completed: Order;
  cancelled: Order;
}

/** Breaks of the database, and the offence that each must be seen as. */
const breaks: { name: string; kind: OffenceKind; statement: (orders: Orders) => string; subject?: string }[] =
  [
    {
      name: 'a status that does not fit its stage',
      kind: 'state_disagrees',
      statement: ({ cancelled }) => `UPDATE orders SET status = 'completed' WHERE id = '${cancelled.id}'`,
    },
    {
      name: 'an order that nothing carries',
      kind: 'order_lost',
      statement: ({ completed }) =>
        `UPDATE orders SET status = 'processing', stage = 'captured', ended_at = NULL WHERE id = '${completed.id}'`,
    },
    {
      name: 'a completed order without its capture in the ledger',
      kind: 'ledger_wrong',
      statement: ({ completed }) =>
        `DELETE FROM payment_entries WHERE order_id = '${completed.id}' AND kind = 'captured'`,
    },
    {
      name: 'a total that is not what was taken',
      kind: 'not_captured_once',
      statement: ({ completed }) => `UPDATE orders SET total_amount = 1 WHERE id = '${completed.id}'`,
    },
    {
      name: 'a ledger that names another payment',
      kind: 'ledger_differs',
      statement: ({ completed }) =>
        `UPDATE payment_entries SET intent_id = 'pi_0' WHERE order_id = '${completed.id}'`,
    },
    {
      name: 'a payment and a parcel of no order',
      kind: 'payment_unknown',
      statement: ({ completed }) => `UPDATE sandbox.payment_intents
      SET metadata = '{"order_id": "ord_0"}' WHERE metadata ->> 'order_id' = '${completed.id}'`,
    },
    {
      name: 'a sale that stock does not know of',
      kind: 'stock_differs',
      statement: () => `UPDATE stock SET sold = sold - 1, on_hand = on_hand + 1 WHERE sku = 'CUP'`,
      subject: 'CUP',
    },
    {
      name: 'stock that is set aside for an order that has ended',
      kind: 'reservation_left',
      statement: ({ cancelled }) =>
        `INSERT INTO reservations VALUES ('${cancelled.id}', 'CUP', 1, now() + interval '1 hour')`,
    },
    {
      name: 'a completed order whose parcel is gone',
      kind: 'parcel_missing',
      statement: ({ completed }) =>
        `UPDATE sandbox.shipments SET refund_status = 'submitted' WHERE reference = '${completed.id}'`,
    },
    {
      name: 'a cancelled order with a parcel',
      kind: 'parcel_left',
      statement: ({ completed, cancelled }) => `UPDATE sandbox.shipments
      SET reference = '${cancelled.id}' WHERE reference = '${completed.id}'`,
    },
    {
      name: 'a completed order with two parcels',
      kind: 'parcel_twice',
      statement: ({ completed }) => `INSERT INTO sandbox.shipments
      SELECT (jsonb_populate_record(shipment, jsonb_build_object('id', shipment.id || '0'))).*
      FROM sandbox.shipments AS shipment WHERE reference = '${completed.id}'`,
    },
    {
      name: 'a shipment of ours that the carrier knows by another id',
      kind: 'parcel_differs',
      statement: ({ completed }) =>
        `UPDATE shipments SET provider_id = 'shp_0' WHERE order_id = '${completed.id}'`,
    },
    {
      name: 'an event that is missing',
      kind: 'events_gap',
      statement: ({ completed }) =>
        `DELETE FROM order_events WHERE order_id = '${completed.id}' AND sequence = 3`,
    },
    {
      name: 'a first event of another type',
      kind: 'events_begin_wrong',
      statement: ({ completed }) =>
        `UPDATE order_events SET type = 'order.found' WHERE order_id = '${completed.id}' AND sequence = 1`,
    },
    {
      name: 'an end without its event',
      kind: 'events_end_wrong',
      statement: ({ cancelled }) =>
        `UPDATE order_events SET type = 'order.lost' WHERE order_id = '${cancelled.id}' AND type = 'order.cancelled'`,
    },
    {
      name: 'a key that answers with no order',
      kind: 'key_astray',
      statement: () => `INSERT INTO idempotency_keys (operation, key, request_hash, status, body)
      VALUES ('createOrder', 'astray', '', 202, '{"id":"ord_0"}')`,
      subject: 'astray',
    },
    {
      name: 'two keys of one order',
      kind: 'keys_many',
      statement: ({ completed }) => `INSERT INTO idempotency_keys (operation, key, request_hash, status, body)
      VALUES ('createOrder', 'twice', '', 202, '{"id":"${completed.id}"}')`,
    },
    {
      name: 'an order without a key',
      kind: 'key_missing',
      statement: ({ completed }) => `DELETE FROM idempotency_keys WHERE body LIKE '%${completed.id}%'`,
    },
  ];

describe('verify', () => {
  let network: Network;
  let orders: Orders;
  before(async () => {
    network = await startNetwork({ config: { provider_timeout_ms: 10_000 } });
    await network.api.stock('CUP', 1_000);
    const place = async (payment_method: string) => {
      const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 2 }], payment_method });
      return network.api.ended(id);
    };
    orders = {
      completed: await place('pm_card_visa'),
      cancelled: await place('pm_card_chargeDeclined'),
    };
  });
  after(() => network.stop());

  it('finds nothing wrong where nothing is', async () => {
    const report = await look(network);
    assert.equal(report.ok, true, render(report));
    assert.deepEqual(report.orders, { completed: 1, cancelled: 1, in_flight: 0, attention: 0 });
    assert.match(render(report), /All invariants hold/);
  });

  it('is not misled by orders in flight', async () => {
    const placed = Array.from({ length: 40 }, () =>
      network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] }),
    );
    const ids = (await Promise.all(placed)).map(({ id }) => id);
    const report = await look(network, 100);
    await Promise.all(ids.map((id) => network.api.ended(id)));
    assert.equal(report.ok, true, render(report));
  });

  it('is not misled by a clock that was three days ahead', async ({ mock }) => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 3 * DAY_MS });
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.ended(id);
    mock.timers.reset();
    const report = await look(network);
    assert.equal(report.ok, true, render(report));
  });

  it('is not misled by keys that were forgotten before the clock was set back', async () => {
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.ended(id);
    const move = (hours: number, rows: string) =>
      network.pool.query(`WITH moved AS (
        UPDATE orders SET created_at = created_at + interval '${hours} hours' WHERE id = '${id}'
      ) UPDATE ${rows.replace('later', `+ interval '${hours} hours'`)}`);
    await move(-25, `idempotency_keys SET created_at = created_at later WHERE body LIKE '%${id}%'`);
    assert.equal((await network.context.sweeper.sweep()).keys_forgotten, 1);
    // Seen from a clock that is set back, all that was written moves ahead.
    await move(24, 'idempotency_horizon SET forgotten_until = forgotten_until later');
    const report = await look(network);
    await move(-24, 'idempotency_horizon SET forgotten_until = forgotten_until later');
    assert.equal(report.ok, true, render(report));
  });

  for (const { name, kind, statement, subject } of breaks) {
    it(`sees ${name}`, async () => {
      const restore = await breakBehind(network, statement(orders));
      try {
        const report = await look(network);
        const offence = report.offences.find((one) => one.kind === kind);
        assert.ok(offence, `${kind} is not among: ${render(report)}`);
        const expected = subject ? [subject] : [orders.completed.id, orders.cancelled.id];
        if (kind !== 'payment_unknown') assert.ok(expected.includes(offence.subject), offence.subject);
        assert.equal(report.ok, false);
      } finally {
        await restore();
      }
      assert.equal((await look(network)).ok, true);
    });
  }

  it('says “at least” where a check stopped at its thousand', async () => {
    const restore = await breakBehind(
      network,
      `INSERT INTO idempotency_keys (operation, key, request_hash, status, body)
       SELECT 'createOrder', 'astray-' || number, '', 202, '{"id":"ord_0"}' FROM generate_series(1, 1001) AS number`,
    );
    const report = await look(network);
    await restore();
    assert.match(render(report), /one key, one order +\S.* at least 1,000 offending/);
    assert.match(render(report), /and at least 980 more/);
    assert.equal(report.invariants.filter(({ is_cut }) => is_cut).length, 1);
  });

  it('says that a list cannot be read when its answer is no list, and never that all is well', async () => {
    const any = ['html', 'empty', 'truncated', 'null', 'empty_object', 'empty_array'];
    const items = ['other_object', 'no_object', 'no_id', 'null_id'];
    const lies = {
      'payment_intents.list': [...any, ...items, 'no_amount', 'null_status', 'no_currency'],
      // There is no refund here, so only the list itself can be false.
      'refunds.list': any,
      'shipments.list': [...any, ...items, 'null_tracking_code'],
    };
    for (const [operation, answers] of Object.entries(lies)) {
      for (const answer of answers) {
        await network.sandbox.call('POST', '/faults', { operation, kind: 'answer', answer });
        await assert.rejects(look(network), /The list of the .* cannot be read: /, `${operation} ${answer}`);
        await network.sandbox.call('DELETE', '/faults');
      }
    }
  });

  it('sees money that the provider holds or kept of a cancelled order', async () => {
    const { id } = orders.cancelled;
    const intent = { amount: '500', currency: 'gbp', payment_method: 'pm_card_visa', confirm: 'true' };
    for (const [capture_method, kind] of [
      ['manual', 'hold_left'],
      ['automatic', 'money_kept'],
    ] as const) {
      const body = new URLSearchParams({ ...intent, capture_method, 'metadata[order_id]': id });
      const answer = await fetch(`${network.sandbox_url}/v1/payment_intents`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_sandbox' },
        body,
      });
      assert.equal(answer.status, 200, await answer.text());
      const report = await look(network);
      assert.ok(
        report.offences.some((one) => one.kind === kind && one.subject === id),
        render(report),
      );
    }
  });
});

function look(network: Network, recheck_delay_ms = 0): Promise<Report> {
  const { database_url, sandbox_url: url } = network;
  const stripe = { key: 'sk_test_sandbox', url };
  const easypost = { key: 'EZTKsandbox', url };
  return verify({ database_url, stripe, easypost, recheck_delay_ms });
}

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { ANSWERS, type AnswerName } from '../../../sandbox/src/faults/answers.ts';
import { clearFaults, refusalOf } from '../../tests/adapters.ts';
import {
  type Held,
  NO_MONEY,
  newPayment,
  type Payments,
  providerAt,
  startPayments,
  TOTAL,
} from '../../tests/payments.ts';
import { StepError } from '../errors.ts';

const first = { ask_first: false };
const again = { ask_first: true };

/** Facts that a payment's response states; the others are a parcel's. */
const answers = ANSWERS.filter(
  (name) => name !== 'genuine' && !/(tracking_code|rates|empty_list)$/.test(name),
);

/** The request's money as it must be once the request has succeeded, and how it is made again after a failure. */
const changes = [
  {
    operation: 'payment_intents.capture',
    prepare: (payments: Payments) => payments.authorised(),
    change: ({ provider }: Payments, held: Held) => provider.capture(held, first),
    repeat: ({ provider }: Payments, held: Held) => provider.capture(held, again),
    done: { ...NO_MONEY, taken: TOTAL },
  },
  {
    operation: 'payment_intents.cancel',
    prepare: (payments: Payments) => payments.authorised(),
    change: ({ provider }: Payments, held: Held) => provider.giveBack(held),
    repeat: ({ provider }: Payments, held: Held) => provider.giveBack(held),
    done: NO_MONEY,
  },
  {
    operation: 'refunds.create',
    prepare: (payments: Payments) => payments.captured(),
    change: ({ provider }: Payments, held: Held) => provider.giveBack(held),
    repeat: ({ provider }: Payments, held: Held) => provider.giveBack(held),
    done: { ...NO_MONEY, taken: TOTAL, refunded: TOTAL },
  },
] as const;

describe('a false response of Stripe', () => {
  let payments: Payments;
  before(async () => {
    payments = await startPayments();
  });
  afterEach(() => clearFaults(payments.sandbox));
  after(() => payments.sandbox.stop());

  const lie = (operation: string, fault: object) =>
    payments.sandbox.order({ operation, times: 1, ...fault } as Parameters<Payments['sandbox']['order']>[0]);

  for (const { operation, prepare, change, repeat, done } of changes) {
    for (const kind of ['answer', 'answer_unacted'] as const) {
      it(`to ${operation} is never taken for the fact, whatever it is (${kind})`, async () => {
        for (const answer of answers) {
          const held = await prepare(payments);
          await lie(operation, { kind, answer });
          await succeedsOrFailsOpen(change(payments, held), answer, async () => {
            await repeat(payments, held);
          });
          assert.deepEqual(await payments.money(held.order_id), done, `${kind} ${answer}`);
        }
      });
    }

    for (const fault of [
      { kind: 'fail_before', status: 402 },
      { kind: 'fail_after', status: 402 },
      { kind: 'fail_before', status: 422 },
      { kind: 'fail_after', status: 422 },
      { kind: 'fail_before', status: 500, kept: true },
      { kind: 'fail_after', status: 500, kept: true },
    ] as const) {
      it(`${fault.status} to ${operation} decides nothing (${JSON.stringify(fault)})`, async () => {
        const held = await prepare(payments);
        await lie(operation, fault);
        await succeedsOrFailsOpen(change(payments, held), '', () => repeat(payments, held));
        assert.deepEqual(await payments.money(held.order_id), done);
      });
    }
  }

  for (const kind of ['answer', 'answer_unacted'] as const) {
    it(`to payment_intents.create never leaves a hold behind that cannot be given back (${kind})`, async () => {
      for (const answer of answers) {
        const payment = newPayment();
        let intent_id: string | undefined;
        await lie('payment_intents.create', { kind, answer });
        await succeedsOrFailsOpen(
          payments.provider.authorise(payment, first).then((held) => {
            intent_id = held.intent_id;
          }),
          answer,
          async () => {
            ({ intent_id } = await payments.provider.authorise(payment, again));
            assert.equal((await payments.money(payment.order_id)).held, TOTAL, answer);
          },
        );
        await payments.provider.giveBack({ ...payment, intent_id });
        assert.deepEqual(await payments.money(payment.order_id), NO_MONEY, answer);
      }
    });
  }

  for (const status of [402, 422] as const) {
    it(`${status} to an authorisation that took effect is not a decline`, async () => {
      const payment = newPayment();
      await lie('payment_intents.create', { kind: 'fail_after', status });
      await payments.provider.authorise(payment, first);
      assert.deepEqual(await payments.money(payment.order_id), { ...NO_MONEY, held: TOTAL });
    });
  }

  it('to a search is unknown, whatever it is, and no search that finds nothing takes a hold away', async () => {
    for (const answer of answers) {
      const held = await payments.authorised();
      await lie('payment_intents.search', { kind: 'answer', answer });
      const { intent_id } = await payments.provider
        .authorise(held, again)
        .catch(() => payments.provider.authorise(held, again));
      assert.equal(intent_id, held.intent_id, answer);
    }
    const held = await payments.authorised();
    await lie('payment_intents.search', { kind: 'answer', answer: 'empty_list' });
    assert.equal((await payments.provider.authorise(held, again)).intent_id, held.intent_id);
  });

  it('that drips is cut at the deadline of the whole call', async () => {
    const held = await payments.authorised();
    await lie('payment_intents.capture', { kind: 'drip', delay_ms: 50 });
    await assert.rejects(payments.hasty.capture(held, first), { kind: 'unknown' });
    await payments.provider.capture(held, again);
    assert.equal((await payments.money(held.order_id)).taken, TOTAL);
  });

  it('keeps its own words to itself', async () => {
    const { detail, cause } = await refusalOf(payments.provider.authorise(newPayment('pm_none'), first));
    assert.equal(detail, 'The payment provider does not take this payment method.');
    assert.match(String(cause), /No such PaymentMethod/);
  });
});

describe('an act of Stripe that ends otherwise', () => {
  let payments: Payments;
  before(async () => {
    payments = await startPayments();
  });
  afterEach(() => clearFaults(payments.sandbox));
  after(() => payments.sandbox.stop());

  const change = (
    operation: 'payment_intents.capture' | 'payment_intents.cancel' | 'refunds.create',
    outcome: string,
  ) => payments.sandbox.order({ operation, kind: 'outcome', outcome, times: 1 } as never);

  it('a capture that captured nothing is made again', async () => {
    const held = await payments.authorised();
    await change('payment_intents.capture', 'unchanged');
    await assert.rejects(payments.provider.capture(held, first), { kind: 'unavailable' });
    await payments.provider.capture(held, again);
    assert.equal((await payments.money(held.order_id)).taken, TOTAL);
  });

  it('a cancel that canceled nothing is made again', async () => {
    const held = await payments.authorised();
    await change('payment_intents.cancel', 'unchanged');
    await assert.rejects(payments.provider.giveBack(held), { kind: 'unavailable' });
    assert.equal((await payments.provider.giveBack(held)).kind, 'voided');
    assert.deepEqual(await payments.money(held.order_id), NO_MONEY);
  });

  it('a refund that failed is no refund, and is made again under a new key', async () => {
    const held = await payments.captured();
    await change('refunds.create', 'failed');
    await assert.rejects(payments.provider.giveBack(held), { kind: 'unavailable' });
    const given = await payments.provider.giveBack(held);
    assert.equal(given.kind, 'refunded');
    const { data } = await payments.sandbox.stripe.refunds.list({ payment_intent: held.intent_id });
    assert.deepEqual(data.map(({ status }) => status).sort(), ['failed', 'succeeded']);
  });

  it('a pending refund is waited for, and no second one is made', async () => {
    const held = await payments.captured();
    await payments.sandbox.order({
      operation: 'refunds.create',
      kind: 'outcome',
      outcome: 'pending',
      delay_ms: 400,
      times: 1,
    });
    await assert.rejects(payments.provider.giveBack(held), { kind: 'unavailable' });
    for (;;) {
      const given = await payments.provider.giveBack(held).catch((error: StepError) => error);
      if (given instanceof StepError) {
        assert.equal(given.kind, 'unavailable');
        continue;
      }
      assert.equal(given.kind, 'refunded');
      break;
    }
    const { data } = await payments.sandbox.stripe.refunds.list({ payment_intent: held.intent_id });
    assert.equal(data.length, 1);
  });
});

describe('what Stripe asks for', () => {
  let payments: Payments;
  before(async () => {
    payments = await startPayments();
  });
  after(() => payments.sandbox.stop());

  for (const status of [429, 503] as const) {
    it(`Retry-After of ${status} is passed on`, async () => {
      await payments.sandbox.order({
        operation: '*',
        kind: 'fail_before',
        status,
        retry_after_s: 90,
        times: 1,
      });
      const { kind, retry_after_ms } = await refusalOf(payments.provider.authorise(newPayment(), first));
      assert.deepEqual([kind, retry_after_ms], ['unavailable', 90_000]);
    });
  }

  it('is unavailable when a proxy answers for it with a page', async () => {
    const page = await import('node:http').then(({ createServer }) =>
      createServer((_request, response) =>
        response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '7' }).end('<p>Down</p>'),
      ),
    );
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const { port } = page.address() as { port: number };
    try {
      const provider = providerAt(`http://127.0.0.1:${port}`, 5_000);
      const { kind, retry_after_ms } = await refusalOf(provider.authorise(newPayment(), first));
      assert.deepEqual([kind, retry_after_ms], ['unavailable', 7_000]);
    } finally {
      page.close();
      page.closeAllConnections();
    }
  });
});

/** A call may see through a lie; otherwise it fails without deciding anything, and is repeated. */
async function succeedsOrFailsOpen(
  call: Promise<unknown>,
  what: AnswerName | '',
  repeat: () => Promise<unknown>,
): Promise<void> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof StepError, String(error));
    assert.notEqual(error.kind, 'declined', what);
    await repeat();
  }
}

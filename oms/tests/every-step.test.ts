import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Step, Steps } from '../src/engine/engine.ts';
import { StepError } from '../src/errors.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { INVENTORY_FIRST, orderWorkflow, table, tableOfOld } from '../src/orders/workflow.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

/** What happens to steps, by their names; the others go their way. */
type Troubles = Partial<Record<string, (step: Step) => Step>>;

const ways = [
  { name: 'in the order of steps of today', rows: table, config: {} },
  { name: 'in the order of steps of old', rows: tableOfOld, config: { patches_held_back: INVENTORY_FIRST } },
];

const kinds = ['declined', 'unavailable', 'unknown'] as const;

/** Fails, before it does anything, for so many tries. */
const fails =
  (kind: (typeof kinds)[number], times = Number.POSITIVE_INFINITY) =>
  (step: Step): Step => {
    let tries = 0;
    return async (input, attempt) => {
      if (++tries <= times) throw new StepError(kind, 'step_failed', 'As told.');
      await step(input, attempt);
    };
  };

/** Acts, and then says that it does not know whether it did, once. */
const losesItsAnswer = (step: Step): Step => {
  let isLost = false;
  return async (input, attempt) => {
    await step(input, attempt);
    if (isLost) return;
    isLost = true;
    throw new StepError('unknown', 'step_failed', 'As told.');
  };
};

const runsTwice =
  (step: Step): Step =>
  async (input, attempt) => {
    await step(input, attempt);
    await step(input, attempt);
  };

/** Each test takes its steps from the workflow's table: a new row is tried in all these ways by itself. */
for (const { name, rows, config } of ways) {
  const steps = rows.map(({ step }) => step);
  const compensations = rows.flatMap(({ compensation }) => compensation ?? []).reverse();
  const last = steps.at(-1)!;
  const wayBack = ['begin_unwinding', ...compensations, 'cancel_order'];

  describe(`every step, ${name}`, () => {
    let network: Network;
    let troubles: Troubles = {};
    before(async () => {
      network = await startNetwork({ config, wrapSteps: (given) => troubled(given, () => troubles) });
      await network.api.stock('CUP', 10_000);
    });
    after(async () => {
      await assertInvariants(network).finally(() => network.stop());
    });

    /** Places an order into these troubles, and gives it and its events when it has ended. */
    async function carry(given: Troubles): Promise<{ order: Order; events: string[] }> {
      troubles = Object.fromEntries(Object.entries(given).map(([name, trouble]) => [name, once(trouble!)]));
      const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 2 }] });
      const order = await network.api.ended(id);
      troubles = {};
      await assertCleanSlate(network, order);
      return { order, events: await network.api.events(id) };
    }

    let forward: string[];
    let back: string[];
    it('without trouble, there and back', async () => {
      const there = await carry({});
      assert.equal(there.order.status, 'completed');
      forward = there.events;
      const andBack = await carry({ [last]: fails('declined') });
      assert.equal(andBack.order.status, 'cancelled');
      assert.equal(andBack.order.payment?.status, 'refunded');
      back = andBack.events;
    });

    for (const step of steps) {
      for (const kind of ['declined', 'unavailable'] as const) {
        it(`${step} is ${kind}: the order is cancelled, and nothing of it is left`, async () => {
          const { order } = await carry({ [step]: fails(kind) });
          assert.equal(order.status, 'cancelled');
        });
      }

      for (const kind of ['unavailable', 'unknown'] as const) {
        it(`${step} is ${kind} twice: the order is completed as if it had not been`, async () => {
          const { order, events } = await carry({ [step]: fails(kind, 2) });
          assert.deepEqual([order.status, events], ['completed', forward]);
        });
      }

      it(`${step} acts and its answer is lost: it has acted once`, async () => {
        assert.deepEqual((await carry({ [step]: losesItsAnswer })).events, forward);
      });

      it(`${step} runs twice: it has acted once`, async () => {
        assert.deepEqual((await carry({ [step]: runsTwice })).events, forward);
      });
    }

    for (const step of wayBack) {
      const fromTheEnd = { [last]: fails('declined') };

      it(`${step} runs twice: it has acted once`, async () => {
        assert.deepEqual((await carry({ ...fromTheEnd, [step]: runsTwice })).events, back);
      });

      it(`${step} acts and its answer is lost: it has acted once`, async () => {
        assert.deepEqual((await carry({ ...fromTheEnd, [step]: losesItsAnswer })).events, back);
      });

      for (const kind of kinds) {
        it(`${step} is ${kind} at first: it is tried until it is done`, async () => {
          // A refusal ends the step at once: a person is asked, and the order goes on when told to.
          const trouble = fails(kind, kind === 'declined' ? 1 : 2);
          const asked = { ask_for_attention: wakes(network) };
          const { order, events } = await carry({ ...fromTheEnd, [step]: trouble, ...asked });
          const own = events.filter((type) => !/attention_asked|retry_asked/.test(type));
          assert.deepEqual([order.status, own], ['cancelled', back]);
        });
      }
    }

    it('is one that the workflow has a policy for', () => {
      const tried = [...steps, ...wayBack, 'wait_for_provider', 'ask_for_attention'];
      assert.deepEqual(tried.sort(), Object.keys(orderWorkflow.steps).sort());
    });
  });
}

/** Asks for attention, and is at once the person who lets the order go on. */
function wakes(network: Network) {
  return (step: Step): Step =>
    async (input, attempt) => {
      await step(input, attempt);
      const path = `/api/v1/orders/${input.order_id}/attention`;
      assert.equal((await network.api.call('POST', path, { action: 'retry' })).status, 202);
    };
}

/** One trouble for all tries of a step, as it counts them. */
function once(trouble: (step: Step) => Step): (step: Step) => Step {
  let made: Step | undefined;
  return (step) => {
    made ??= trouble(step);
    return made;
  };
}

function troubled(steps: Steps, current: () => Troubles): Steps {
  const wrap =
    (name: string, step: Step): Step =>
    (input, attempt) =>
      (current()[name]?.(step) ?? step)(input, attempt);
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, wrap(name, step)]));
}

/** What an order leaves behind when it has ended: of a cancelled one nothing, of a completed one what was sold. */
async function assertCleanSlate(network: Network, { id, status, payment, shipment }: Order): Promise<void> {
  const { rows } = await network.pool.query(
    `SELECT
       (SELECT count(*) FROM reservations WHERE order_id = $1)::int AS reservations,
       (SELECT reserved FROM stock WHERE sku = 'CUP') AS reserved,
       (SELECT received - sold - on_hand FROM stock WHERE sku = 'CUP') AS missing`,
    [id],
  );
  assert.deepEqual(rows[0], { reservations: 0, reserved: 0, missing: 0 });
  if (status === 'completed') {
    assert.deepEqual([payment?.status, shipment?.status], ['captured', 'booked']);
  } else {
    assert.ok(
      [undefined, 'declined', 'voided', 'refunded'].includes(payment?.status),
      String(payment?.status),
    );
    assert.ok([undefined, 'cancelled'].includes(shipment?.status), String(shipment?.status));
  }
}

import type pg from 'pg';
import type { StepInput, Steps } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import { stageBefore } from '../orders/order.ts';
import { readBefore, wayOf } from '../orders/store.ts';
import { releaseStock, reserveStock } from './inventory.queries.ts';

interface InventoryStepsContext {
  pool: pg.Pool;
  reservation_time_to_live_ms: number;
}

export function inventorySteps(context: InventoryStepsContext): Steps {
  return {
    reserve_inventory: (input) => reserve(context, input),
    async release_inventory({ order_id }) {
      await releaseStock.run({ order_id }, context.pool);
    },
  };
}

interface Short {
  sku: string;
  quantity: number;
  available: number;
}

async function reserve({ pool, reservation_time_to_live_ms }: InventoryStepsContext, input: StepInput) {
  const [result] = await reserveStock.run(
    {
      order_id: input.order_id,
      from: stageBefore('reserved', wayOf(input)),
      time_to_live_ms: reservation_time_to_live_ms,
    },
    pool,
  );
  if (result?.reserved) return;
  const short = result?.short as Short[] | null | undefined;
  if (short?.length) throw new StepError('declined', 'out_of_stock', describe(short));
  if (!(await readBefore(pool, input, 'reserved'))) return;
  // The order was amended while it was being reserved.
  throw new StepError('unknown', 'step_failed', 'The order was changed while its stock was set aside.');
}

const NAMED_MAX = 5;

function describe(short: Short[]): string {
  const named = short
    .slice(0, NAMED_MAX)
    .map(({ sku, quantity, available }) => `${sku} (${quantity} wanted, ${available} available)`);
  const more = short.length > NAMED_MAX ? ` and ${short.length - NAMED_MAX} more` : '';
  return `Not enough stock of ${named.join(', ')}${more}.`;
}

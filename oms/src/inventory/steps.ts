import type pg from 'pg';
import type { Steps } from '../engine/engine.ts';
import type { RetryPolicies } from '../engine/policies.ts';
import { StepError } from '../errors.ts';
import { readAtStage } from '../orders/store.ts';
import { releaseStock, reserveStock } from './inventory.queries.ts';

interface InventoryStepsContext {
  pool: pg.Pool;
  policies: RetryPolicies;
  reservation_time_to_live_ms: number;
}

export function inventorySteps(context: InventoryStepsContext): Steps {
  const { pool, policies } = context;
  return {
    reserve_inventory: { policy: policies.database, run: ({ order_id }) => reserve(context, order_id) },
    release_inventory: {
      policy: policies.database,
      async run({ order_id }) {
        await releaseStock.run({ order_id }, pool);
      },
    },
  };
}

interface Short {
  sku: string;
  quantity: number;
  available: number;
}

async function reserve({ pool, reservation_time_to_live_ms }: InventoryStepsContext, order_id: string) {
  const [result] = await reserveStock.run({ order_id, time_to_live_ms: reservation_time_to_live_ms }, pool);
  if (result?.reserved) return;
  const short = result?.short as Short[] | null | undefined;
  if (short?.length) throw new StepError('declined', 'out_of_stock', describe(short));
  if (!(await readAtStage(pool, order_id, 'validated'))) return;
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

import type pg from 'pg';
import type { Steps } from '../engine/engine.ts';
import { noteWait } from './outages.queries.ts';

/** Records that an order waits for a provider, so that it is listed, and woken when the provider is available again. */
export function outageSteps(pool: pg.Pool): Steps {
  return {
    async wait_for_provider({ order_id, provider }) {
      await noteWait.run({ id: order_id, provider: provider! }, pool);
    },
  };
}

import type pg from 'pg';
import type { Steps } from '../engine/engine.ts';
import { noteWait } from './outages.queries.ts';

/** Notes that an order waits for a provider, so that it is seen, and woken once the provider is well again. */
export function outageSteps(pool: pg.Pool): Steps {
  return {
    async wait_for_provider({ order_id, provider }) {
      await noteWait.run({ id: order_id, provider: provider! }, pool);
    },
  };
}

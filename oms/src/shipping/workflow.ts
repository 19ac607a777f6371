import type { Workflow } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import { isDeliveryEnd } from './tracking.ts';

/** Tells that the parcel's way is over: it is delivered, on its way back, or given up by the carrier. */
export const DELIVERED = 'delivered';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Watches over the parcel of a completed order for as long as it takes. The carrier tells of each parcel by
 * itself; each day without its word it is asked.
 */
export const deliveryWorkflow: Workflow = {
  steps: { confirm_delivery: 'database', check_delivery: 'provider' },
  patches: [],

  async run(run, { order_id, days = '0' }) {
    run.progress({ at: DELIVERED, status: 'completed', attention: false });
    const isTold = await run.receive(DELIVERED, DAY_MS);
    const input = { order_id, days: String(Number(days) + (isTold ? 0 : 1)) };
    try {
      await run.step(isTold ? 'confirm_delivery' : 'check_delivery', input);
      if (isTold) return DELIVERED;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      // The way may be over otherwise than by a delivery. Any other failure waits for the next day.
      if (isDeliveryEnd(error.code)) return error.code;
    }
    return run.continueAsNew(input);
  },
};

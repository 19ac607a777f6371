import type { Workflows } from './engine/engine.ts';
import { orderWorkflow } from './orders/workflow.ts';
import { deliveryWorkflow } from './shipping/workflow.ts';

/** Every workflow, by the name that it is started under. */
export const workflows = { order: orderWorkflow, delivery: deliveryWorkflow } as const satisfies Workflows;

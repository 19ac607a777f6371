import type { Workflows } from './engine/engine.ts';
import { orderWorkflow } from './orders/workflow.ts';

/** Every workflow, by the name that it is started under. */
export const workflows = { order: orderWorkflow } as const satisfies Workflows;

/** The order workflow as a change would leave it that swaps two steps and forgets the patch. */
import type { Workflow, WorkflowRun } from '../../src/engine/engine.ts';
import { host } from '../../src/engine/temporal/host.ts';
import { orderWorkflow } from '../../src/orders/workflow.ts';

const SWAPPED: Record<string, string> = {
  arrange_shipping: 'capture_payment',
  capture_payment: 'arrange_shipping',
};

const swapped: Workflow = {
  ...orderWorkflow,
  run: (run, input) => orderWorkflow.run(swapping(run), input),
};

function swapping(run: WorkflowRun): WorkflowRun {
  return {
    step: (name, input) => run.step(SWAPPED[name] ?? name, input),
    receive: (topic, timeout_ms) => run.receive(topic, timeout_ms),
    outages: run.outages,
    sleep: (duration_ms) => run.sleep(duration_ms),
    now: () => run.now(),
    patched: (patch) => run.patched(patch),
    progress: (progress) => run.progress(progress),
    continueAsNew: (input) => run.continueAsNew(input),
  };
}

export const order = host(swapped);
export { delivery } from '../../src/engine/temporal/workflows.ts';

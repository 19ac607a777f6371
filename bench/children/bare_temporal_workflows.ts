import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

/** As many empty activities as an order has steps, for the sandbox of Temporal's workers. */

interface Activities {
  nothing(): Promise<void>;
}

const options = { startToCloseTimeout: 60_000 };
const remote = proxyActivities<Activities>({ ...options, heartbeatTimeout: 10_000 });
const local = proxyLocalActivities<Activities>(options);

/** Each a task of its own. */
export async function ordinary(): Promise<void> {
  for (let step = 0; step < 6; step++) await remote.nothing();
}

/** Those that are a transaction of ours run in the workflow's worker, as the order's do. */
export async function mixed(): Promise<void> {
  for (const activities of [local, local, remote, remote, remote, local]) await activities.nothing();
}

import { OperatorError } from '@oms/kit/operator_error.ts';
import { Client } from '@temporalio/client';
import { connect, type TemporalServerAddress } from './connect.ts';

/** Far more than one service has under way; beyond it the answer would be wrong, so there is none. */
const RUNNING_MAX = 1_000_000;

/** The ids of workflows of this kind that are under way, by Temporal's list. It may lag behind by a moment. */
export async function listRunning(
  { namespace, ...server }: TemporalServerAddress & { namespace: string },
  workflow: string,
): Promise<string[]> {
  const connection = await connect(server);
  try {
    const query = `WorkflowType = '${workflow}' AND ExecutionStatus = 'Running'`;
    const ids: string[] = [];
    for await (const { workflowId } of new Client({ connection, namespace }).workflow.list({ query })) {
      ids.push(workflowId);
      if (ids.length > RUNNING_MAX)
        throw new OperatorError(`More than ${RUNNING_MAX} workflows are running.`);
    }
    return ids;
  } finally {
    await connection.close();
  }
}

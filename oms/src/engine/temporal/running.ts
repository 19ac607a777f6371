import { OperatorError } from '@oms/kit/operator_error.ts';
import { Client, Connection } from '@temporalio/client';

const CONNECT_TIMEOUT_MS = 10_000;
/** Far more than one service has under way; beyond it the answer would be wrong, so there is none. */
const RUNNING_MAX = 1_000_000;

export interface TemporalServerAddress {
  address: string;
  namespace: string;
  tls?: boolean;
  api_key?: string | undefined;
}

/** The ids of workflows of this kind that are under way, by Temporal's list. It may lag behind by a moment. */
export async function listRunning(server: TemporalServerAddress, workflow: string): Promise<string[]> {
  const { address, namespace, tls = false, api_key } = server;
  const connection = await connect({ address, tls, ...(api_key !== undefined && { apiKey: api_key }) });
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

async function connect(server: { address: string; tls: boolean; apiKey?: string }): Promise<Connection> {
  try {
    return await Connection.connect({ ...server, connectTimeout: CONNECT_TIMEOUT_MS });
  } catch (cause) {
    throw new OperatorError(
      `Temporal cannot be reached at ${server.address}. Is ORDERPROCESSING_TEMPORAL_ADDRESS right?`,
      { cause },
    );
  }
}

import { OperatorError } from '@oms/kit/operator_error.ts';
import { Connection } from '@temporalio/client';

export interface TemporalServerAddress {
  /** Such as `127.0.0.1:7233`. */
  address: string;
  /** Whether the server is spoken to by TLS. Default false. */
  tls?: boolean;
  /** Of an account in Temporal's cloud. */
  api_key?: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** @throws OperatorError when nobody answers there */
export function connect(server: TemporalServerAddress): Promise<Connection> {
  return reach(server, (options) => Connection.connect({ ...options, connectTimeout: CONNECT_TIMEOUT_MS }));
}

/** The same for any of Temporal's connections. */
export async function reach<Connected>(
  { address, tls = false, api_key }: TemporalServerAddress,
  connect: (options: { address: string; tls: boolean; apiKey?: string }) => Promise<Connected>,
): Promise<Connected> {
  try {
    return await connect({ address, tls, ...(api_key !== undefined && { apiKey: api_key }) });
  } catch (cause) {
    throw new OperatorError(
      `Temporal cannot be reached at ${address}. Start it, or set ORDERPROCESSING_TEMPORAL_ADDRESS.`,
      { cause },
    );
  }
}

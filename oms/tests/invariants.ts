import assert from 'node:assert/strict';
import { verify } from '../src/verify/verify.ts';
import type { Network } from './network.ts';

/** All six invariants hold, by the service's database and by the providers' own lists. */
export async function assertInvariants({
  database_url,
  sandbox_url,
}: Pick<Network, 'database_url' | 'sandbox_url'>): Promise<void> {
  const report = await verify({
    database_url,
    stripe: { key: 'sk_test_sandbox', url: sandbox_url },
    easypost: { key: 'EZTKsandbox', url: sandbox_url },
  });
  assert.deepEqual(report.offences, []);
}

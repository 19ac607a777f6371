import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Running } from '../../sandbox/tests/start.ts';
import { StepError, type StepErrorKind } from '../src/errors.ts';

/** Gives up so soon that whatever hangs is a time-out. */
export const HASTY_MS = 300;
export const PATIENT_MS = 10_000;

/** How each trouble on the wire is to be understood, whatever was asked for. */
export const troubles: [kind: StepErrorKind, fault: Parameters<Running['order']>[0]][] = [
  ['unavailable', { operation: '*', kind: 'fail_before', status: 429 }],
  ['unavailable', { operation: '*', kind: 'fail_before', status: 503 }],
  ['unknown', { operation: '*', kind: 'fail_before', status: 500 }],
  ['unknown', { operation: '*', kind: 'fail_before', status: 502 }],
  ['unknown', { operation: '*', kind: 'fail_before', status: 504 }],
  ['unknown', { operation: '*', kind: 'drop_before' }],
  ['unknown', { operation: '*', kind: 'hang_before' }],
];

export function clearFaults(sandbox: Running): Promise<unknown> {
  return fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
}

export async function refusalOf(attempt: Promise<unknown>): Promise<StepError> {
  const refusal = await attempt.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof StepError, String(refusal));
  return refusal;
}

/** Addresses where nobody listens. */
export async function nobody(): Promise<string[]> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
}

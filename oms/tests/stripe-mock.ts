import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findProgram } from '@oms/kit/programs/find.ts';
import { byGoInstall } from '@oms/kit/programs/make.ts';

export interface StripeMock {
  url: string;
  /** Where it was had from, for the report. */
  origin: string;
  stop(): void;
}

/**
 * Stripe's own mock server (https://github.com/stripe/stripe-mock): it validates each request against
 * Stripe's OpenAPI schema, and keeps nothing. A text that says why when no way leads to it.
 */
export async function startStripeMock(): Promise<StripeMock | string> {
  const given = process.env.STRIPE_MOCK_URL;
  if (given) return { url: given.replace(/\/$/, ''), origin: given, stop() {} };
  try {
    const { path, origin } = await findProgram({
      name: 'stripe-mock',
      version: VERSION,
      version_args: ['-version'],
      make: byGoInstall(`github.com/stripe/stripe-mock@v${VERSION}`, 'stripe-mock'),
      advice:
        'Give its address in STRIPE_MOCK_URL, or put stripe-mock on the PATH, or install Go, which builds it once.',
    });
    return await startProgram(path, origin);
  } catch (error) {
    return (error as Error).message;
  }
}

const VERSION = '0.203.0';
const START_TIMEOUT_MS = 120_000;

async function startProgram(program: string, origin: string): Promise<StripeMock> {
  // Both doors at ports of the system's choice; left to itself it takes fixed ones, also for HTTPS.
  const child = spawn(program, ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => void child.kill();
  process.once('exit', stop);
  const url = `http://${await readAddress(child)}`;
  return { url, origin, stop };
}

async function readAddress(child: ChildProcess): Promise<string> {
  const timer = setTimeout(() => child.kill(), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface(child.stdout!)) {
      const address = /^Listening for HTTP at address: (\S+)/.exec(line)?.[1];
      if (address) return address;
    }
    throw new Error('stripe-mock ended before it listened');
  } finally {
    clearTimeout(timer);
    // It logs each request; a full pipe would stop it.
    child.stdout?.resume();
  }
}

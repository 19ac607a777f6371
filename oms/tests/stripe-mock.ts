import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface StripeMock {
  url: string;
  /** Where it was had from, for the report. */
  origin: string;
  stop(): void;
}

/**
 * Stripe's own mock server (https://github.com/stripe/stripe-mock): it validates each request against
 * Stripe's OpenAPI schema, and keeps nothing. Found or built by the first of the ways in `WAYS`; a text
 * that says why when none leads to it.
 */
export async function startStripeMock(): Promise<StripeMock | string> {
  const given = process.env.STRIPE_MOCK_URL;
  if (given) return { url: given.replace(/\/$/, ''), origin: given, stop() {} };
  const found = findProgram();
  return 'fault' in found ? `${found.fault} ${WAYS}` : startProgram(found.program);
}

const VERSION = '0.203.0';
const MODULE = `github.com/stripe/stripe-mock@v${VERSION}`;
const WAYS =
  'Give its address in STRIPE_MOCK_URL, or put stripe-mock on the PATH, or install Go, which builds it once.';

const BUILD_TIMEOUT_MS = 110_000;
const START_TIMEOUT_MS = 20_000;

type Found = { program: string } | { fault: string };

function findProgram(): Found {
  if (runs('stripe-mock', '-version')) return { program: 'stripe-mock' };
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const program = join(cache, 'order-processing', 'stripe-mock', VERSION, 'stripe-mock');
  if (existsSync(program)) return { program };
  if (!runs('go', 'version')) return { fault: 'stripe-mock is not here, nor is Go.' };
  return build(program);
}

function runs(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: 'ignore' }).status === 0;
}

/** Builds beside the cache and moves the result into it, because other test runs may do the same just now. */
function build(program: string): Found {
  mkdirSync(dirname(program), { recursive: true });
  const folder = mkdtempSync(join(dirname(program), 'build-'));
  try {
    const { status, stderr, error } = spawnSync('go', ['install', '-trimpath', MODULE], {
      env: { ...process.env, CGO_ENABLED: '0', GOBIN: folder },
      encoding: 'utf8',
      timeout: BUILD_TIMEOUT_MS,
    });
    if (status !== 0)
      return { fault: `go install ${MODULE}: ${error?.message ?? stderr.trim().split('\n').at(-1)}` };
    renameSync(join(folder, 'stripe-mock'), program);
    return { program };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startProgram(program: string): Promise<StripeMock> {
  // Both doors at ports of the system's choice; left to itself it takes fixed ones, also for HTTPS.
  const child = spawn(program, ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => void child.kill();
  process.once('exit', stop);
  const url = `http://${await readAddress(child)}`;
  return { url, origin: program === 'stripe-mock' ? 'the PATH' : `the cache, version ${VERSION}`, stop };
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

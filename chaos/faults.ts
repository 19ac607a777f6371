import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerName } from '../sandbox/src/faults/answers.ts';
import type { Fault, FaultOrder } from '../sandbox/src/faults/fault.ts';
import type { FaultKind, PlannedFault } from './plan.ts';
import type { System } from './system/system.ts';
import type { Toxic } from './system/toxiproxy.ts';

/** Takes a fault back, and may say what it did. */
type Undo = () => Promise<string | undefined>;

export interface Inflicted extends PlannedFault {
  /** When what is hit no longer worked. */
  struck_at_ms: number;
  /** How long until what was hit worked again; undefined when it did not within a minute. */
  back_after_ms: number | undefined;
}

const BACK_TIMEOUT_MS = 60_000;
const TRY_AGAIN_MS = 500;
const TRIES_MAX = 40;
const LOG_EVERY_MS = 100;

/** Does what the plan says, each fault at its moment, and settles when the last one is taken back. */
export async function inflict(
  system: System,
  plan: readonly PlannedFault[],
  options: { tell: (text: string) => void; stopped: AbortSignal },
): Promise<Inflicted[]> {
  const { tell, stopped } = options;
  const began_ms = performance.now();
  const one = async (fault: PlannedFault): Promise<Inflicted[]> => {
    if (!(await waited(began_ms + fault.at_ms - performance.now(), stopped))) return [];
    const name = describe(fault);
    tell(`${name}, for ${seconds(fault.duration_ms)}`);
    const began_at_ms = Date.now();
    let struck_at_ms = began_at_ms;
    let did: string | undefined;
    try {
      const undo = await causes[fault.kind](system, fault, stopped);
      struck_at_ms = Date.now();
      await waited(fault.duration_ms, stopped);
      did = await undo();
    } catch (error) {
      if (stopped.aborted) return [];
      tell(`${name} could not be done: ${(error as Error).message}`);
      return [];
    }
    const isBack = await worksAgain(system, fault, stopped);
    const back_after_ms = isBack ? Date.now() - began_at_ms : undefined;
    const back = isBack ? `back after ${seconds(back_after_ms!)}` : 'not back yet';
    tell(`${name}: ${[back, ...(did ? [did] : [])].join(', ')}`);
    return [{ ...fault, struck_at_ms, back_after_ms }];
  };
  return (await Promise.all(plan.map(one))).flat();
}

/** What each kind does to the system. */
const causes: Record<
  FaultKind,
  (system: System, fault: PlannedFault, stopped: AbortSignal) => Promise<Undo>
> = {
  'kill api': async ({ api }) => killed(api),
  'kill worker': async ({ workers }, { worker }) => killed(workers[worker]!),
  'kill sandbox': async ({ sandbox }) => killed(sandbox),
  'stop database': (system, _, stopped) => stopDatabase(system, 'fast', stopped),
  'crash database': (system, _, stopped) => stopDatabase(system, 'immediate', stopped),
  async 'stop temporal'({ temporal }) {
    await temporal!.stop();
    return silently(() => temporal!.start());
  },
  async 'fill disk'({ disk, database }, _, stopped) {
    const before = await database.countFullDisk();
    await disk!.fill();
    const over = new AbortController();
    const using_up = useUpLog(database, AbortSignal.any([over.signal, stopped]));
    return async () => {
      over.abort();
      await using_up;
      await disk!.free();
      // A server that could not write its log has ended itself.
      await untilStarted(database, stopped);
      const { errors, panics } = await database.countFullDisk();
      return `failed writes: ${errors - before.errors}, crashes of the database: ${panics - before.panics}`;
    };
  },
  'slow link': spoiled({ type: 'latency', attributes: { latency: 150, jitter: 100 } }),
  'narrow link': spoiled({ type: 'bandwidth', attributes: { rate: 8 } }),
  'reset link': spoiled({ type: 'reset_peer', attributes: { timeout: 0 } }),
  'silent link': spoiled({ type: 'timeout', attributes: { timeout: 0 } }),
  async 'refuse link'({ proxies }, { link }) {
    await proxies.refuse(link!);
    return silently(() => proxies.heal(link!));
  },
  'provider fails': providerFault({ kind: 'fail_before' }, 0.5),
  'provider acts and fails': providerFault({ kind: 'fail_after' }, 0.4),
  'provider acts and drops': providerFault({ kind: 'drop_after' }, 0.4),
  'provider hangs': providerFault({ kind: 'hang_before' }, 0.2),
  'provider acts and hangs': providerFault({ kind: 'hang_after' }, 0.2),
  'provider is slow': providerFault({ kind: 'slow', delay_ms: 1_500 }, 0.5),
  'provider is overloaded': providerFault({ kind: 'fail_before', status: 429, retry_after_s: 2 }, 0.5),
  'provider keeps a failure': providerFault({ kind: 'fail_after', status: 500, kept: true }, 0.2),
  'provider answers nonsense': providerFaults(
    (seed) => [{ ...ANY, kind: 'answer', answer: nonsense(seed) }],
    0.4,
  ),
  'provider answers nonsense and does not act': providerFaults(
    (seed) => [{ ...ANY, kind: 'answer_unacted', answer: nonsense(seed) }],
    0.4,
  ),
  'provider does something else': providerFaults(
    () => ELSE.map((fault) => ({ kind: 'outcome', ...fault })),
    0.4,
  ),
};

const ANY = { operation: '*' } as const;

/** Bodies that are not what any operation answers; one of them for each seed. */
function nonsense(seed: number): AnswerName {
  const answers = ['html', 'empty', 'truncated', 'null', 'empty_object', 'empty_array'] as const;
  return answers[seed % answers.length]!;
}

/** The truth, and not what was asked for. A refund that is pending succeeds after a while. */
const ELSE: readonly Pick<Fault, 'operation' | 'outcome' | 'delay_ms'>[] = [
  { operation: 'payment_intents.create', outcome: 'unchanged' },
  { operation: 'payment_intents.capture', outcome: 'unchanged' },
  { operation: 'payment_intents.cancel', outcome: 'unchanged' },
  { operation: 'refunds.create', outcome: 'failed' },
  { operation: 'refunds.create', outcome: 'pending', delay_ms: 3_000 },
  { operation: 'shipments.buy', outcome: 'unchanged' },
  { operation: 'shipments.refund', outcome: 'unchanged' },
  { operation: 'shipments.refund', outcome: 'rejected' },
];

function silently(undo: () => Promise<void>): Undo {
  return async () => {
    await undo();
    return undefined;
  };
}

function killed(process_: { kill(): void; release(): void }): Undo {
  process_.kill();
  return silently(async () => process_.release());
}

async function stopDatabase(
  { database }: System,
  mode: 'fast' | 'immediate',
  stopped: AbortSignal,
): Promise<Undo> {
  await database.stop(mode);
  return silently(() => untilStarted(database, stopped));
}

async function untilStarted(database: System['database'], stopped: AbortSignal): Promise<void> {
  while (!(await database.start()) && (await waited(TRY_AGAIN_MS, stopped)));
}

/** The log has files in reserve, which the orders of seconds would not use up. */
async function useUpLog(database: System['database'], over: AbortSignal): Promise<void> {
  while (await waited(LOG_EVERY_MS, over)) {
    // It fails when the disk is full, and while the database is away for it.
    await database.writeLog().catch(() => {});
  }
}

function spoiled(toxic: Toxic) {
  return async ({ proxies }: System, { link }: PlannedFault): Promise<Undo> => {
    await proxies.spoil(link!, toxic);
    return silently(() => proxies.heal(link!));
  };
}

/** Strikes a share of all requests to the provider and the carrier. */
function providerFault(fault: Omit<Fault, 'operation' | 'on'>, share: number) {
  return providerFaults(() => [{ ...ANY, ...fault }], share);
}

/** Strikes a share of the requests of each fault's operation. */
function providerFaults(faultsOf: (seed: number) => Omit<Fault, 'on'>[], share: number) {
  return async ({ sandbox_url }: System, { seed }: PlannedFault, stopped: AbortSignal): Promise<Undo> => {
    const ids: string[] = [];
    for (const [index, fault] of faultsOf(seed).entries()) {
      const order = { ...fault, on: { share, seed: seed + index } };
      ids.push(((await untilAnswered(sandbox_url, 'POST', '/faults', order, stopped)) as { id: string }).id);
    }
    return async () => {
      const faults = (await untilAnswered(sandbox_url, 'GET', '/faults', undefined, stopped)) as FaultOrder[];
      for (const id of ids) await untilAnswered(sandbox_url, 'DELETE', `/faults/${id}`, undefined, stopped);
      const own = faults.filter(({ id }) => ids.includes(id));
      const sum = (count: 'fired' | 'seen') => own.reduce((total, one) => total + one[count], 0);
      return own.length > 0 ? `${sum('fired')} of ${sum('seen')} requests struck` : undefined;
    };
  };
}

/** The sandbox may be down just then. */
async function untilAnswered(url: string, method: string, path: string, body: unknown, stopped: AbortSignal) {
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url + path, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        signal: AbortSignal.timeout(3_000),
      });
      const text = await response.text();
      // What was taken back by an answer that was lost is gone.
      if (response.ok || response.status === 404) return text === '' ? undefined : JSON.parse(text);
      throw new Error(`the sandbox answered ${response.status}: ${text}`);
    } catch (error) {
      if (tries === TRIES_MAX || !(await waited(TRY_AGAIN_MS, stopped))) throw error;
    }
  }
}

async function worksAgain(
  system: System,
  { kind, worker }: PlannedFault,
  stopped: AbortSignal,
): Promise<boolean> {
  if (kind === 'kill api') return system.api.works(BACK_TIMEOUT_MS, stopped);
  if (kind === 'kill sandbox') return system.sandbox.works(BACK_TIMEOUT_MS, stopped);
  if (kind === 'kill worker') return system.workers[worker]!.works(BACK_TIMEOUT_MS, stopped);
  return true;
}

export function describe({ kind, link, worker }: PlannedFault): string {
  if (link) return `${kind} ${link}`;
  return kind === 'kill worker' && worker > 0 ? `${kind} ${worker + 1}` : kind;
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(1)} s`;
}

/** @returns false as soon as the run is stopped */
async function waited(duration_ms: number, stopped: AbortSignal): Promise<boolean> {
  await delay(Math.max(0, duration_ms), undefined, { signal: stopped }).catch(() => {});
  return !stopped.aborted;
}

import { transaction } from '@oms/kit/postgres/transaction.ts';
import { inScope } from '@oms/kit/trace/scope.ts';
import { type Trace, toTrace } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Engine, WorkflowNotFound, type WorkflowState } from '../engine/engine.ts';
import { WAKE } from '../orders/workflow.ts';
import { DELIVERED } from '../shipping/workflow.ts';
import { claimOutbox, deleteOutbox, type IClaimOutboxResult } from './outbox.queries.ts';

export interface RelayContext {
  pool: pg.Pool;
  engine: Engine;
  logger: Logger;
}

const ORDER = 'order-';
const STARTS_MAX = 50;
/** Few, so that the starts of the next batch need not wait for many of them. */
const MESSAGES_MAX = 10;
/** How soon another process's orders are seen; this process's own are told at once by `nudge`. */
const POLL_MS = 200;
const FAILURE_DELAY_MS = 1_000;

/**
 * Carries the outbox to the engine. Rows stay locked while they are carried and are deleted in the same
 * transaction, so a crash at any point leaves them for the next try; a start or message that was carried
 * twice has one effect.
 */
export class Relay {
  readonly #context: RelayContext;
  #running: Promise<void> | undefined;
  #stopping = false;
  #wake: () => void = () => {};
  #isNudged = false;

  constructor(context: RelayContext) {
    this.#context = context;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Tells that something has been put into the outbox. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#isNudged = false;
      let delay_ms = POLL_MS;
      try {
        const { claimed, carried } = await this.#carryBatch();
        if (carried > 0) continue;
        if (claimed > 0) delay_ms = FAILURE_DELAY_MS;
      } catch (error) {
        this.#context.logger.error({ err: error }, 'the relay failed and will try again');
        delay_ms = FAILURE_DELAY_MS;
      }
      if (!this.#isNudged || delay_ms === FAILURE_DELAY_MS) await this.#pause(delay_ms);
    }
  }

  /** Starts wait for the engine to have room; messages to workflows that run already do not. */
  async #carryBatch(): Promise<{ claimed: number; carried: number }> {
    const { pool, engine } = this.#context;
    const starts_max = Math.min(engine.capacity(), STARTS_MAX);
    const restarts_max = Math.min(engine.restartCapacity(), STARTS_MAX);
    return transaction(pool, async (client) => {
      const rows = await claimOutbox.run({ starts_max, restarts_max, messages_max: MESSAGES_MAX }, client);
      if (rows.length === 0) return { claimed: 0, carried: 0 };
      // One at a time for an order: two restarts at once would run it twice.
      const of_order = Map.groupBy(rows, ({ order_id }) => order_id).values();
      const carried = (await Promise.all([...of_order].map((own) => this.#carryOrder(own)))).flat();
      if (carried.length > 0) await deleteOutbox.run({ ids: carried }, client);
      return { claimed: rows.length, carried: carried.length };
    });
  }

  /** @returns the ids of those rows that were carried */
  async #carryOrder(rows: IClaimOutboxResult[]): Promise<number[]> {
    const carried: number[] = [];
    for (const row of rows) if (await this.#carry(row)) carried.push(row.id);
    return carried;
  }

  #carry(row: IClaimOutboxResult): Promise<boolean> {
    const { order_id, kind } = row;
    const { engine, logger } = this.#context;
    const trace = toTrace(row);
    return inScope({ trace, fields: { order_id } }, async () => {
      try {
        await kinds[kind as OutboxKind](engine, row, trace);
        logger.info({ kind }, 'carried to the engine');
      } catch (error) {
        // A workflow that has not started yet needs no message: it reads the order itself, sooner or later.
        if (!(error instanceof WorkflowNotFound)) {
          logger.error({ err: error, kind }, 'not carried; it will be tried again');
          return false;
        }
      }
      return true;
    });
  }

  #pause(delay_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay_ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

type OutboxKind = 'start' | 'restart' | 'wake' | 'track' | 'delivered';

/** What each kind of row asks of the engine. */
const kinds: Record<OutboxKind, (engine: Engine, row: IClaimOutboxResult, trace?: Trace) => Promise<void>> = {
  start: (engine, { order_id, customer_id }, trace) =>
    engine.start(workflowId(order_id), { workflow: 'order', input: { order_id }, customer_id, trace }),
  async restart(engine, row, trace) {
    await revive(engine, row, ['failed', 'missing'], trace);
  },
  async wake(engine, row, trace) {
    // One that has not been started yet is missing too, and reads the order itself when it is.
    if (await revive(engine, row, row.has_begun ? ['failed', 'missing'] : ['failed'], trace)) return;
    await engine.send(workflowId(row.order_id), WAKE, trace);
  },
  track: (engine, { order_id, customer_id }, trace) =>
    engine.start(deliveryId(order_id), { workflow: 'delivery', input: { order_id }, customer_id, trace }),
  delivered: (engine, { order_id }, trace) => engine.send(deliveryId(order_id), DELIVERED, trace),
};

/** Starts an order's workflow anew when it is in one of these states. @returns whether it was */
async function revive(
  engine: Engine,
  { order_id, customer_id, way }: IClaimOutboxResult,
  states: readonly WorkflowState[],
  trace: Trace | undefined,
): Promise<boolean> {
  const { state } = await engine.describe(workflowId(order_id));
  if (!states.includes(state)) return false;
  await engine.restart(workflowId(order_id), {
    workflow: 'order',
    input: { order_id, way },
    customer_id,
    trace,
  });
  return true;
}

/** The order of a workflow's id. */
export function orderIdOf(workflow_id: string): string {
  return workflow_id.slice(ORDER.length);
}

export function workflowId(order_id: string): string {
  return ORDER + order_id;
}

/** Of the workflow that watches over the order's parcel. */
export function deliveryId(order_id: string): string {
  return `delivery-${order_id}`;
}

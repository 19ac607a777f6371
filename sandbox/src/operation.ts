import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { type Answer, Refusal } from './answer.ts';
import type { FaultBook } from './faults/book.ts';
import type { OperationName } from './faults/fault.ts';
import type { BrokenWire, Performance } from './faults/wire.ts';
import { newId } from './ids.ts';

/** One request, freed of the HTTP server. */
export interface Call {
  path: string;
  params: Record<string, string>;
  query: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: each operation checks its own body
  body: any;
  idempotency_key: string | undefined;
  /** What a fault wants done instead of what is asked for. */
  instead?: Performance['outcome'];
}

/** A pool, or one connection within a transaction. */
export type Database = Pick<pg.Pool, 'query'>;

export interface Operation {
  name: OperationName;
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  /** Does the work. A `Refusal` thrown from here is an answer too. */
  act(call: Call): Promise<Answer>;
  /** Holds what must not be under way twice while the work runs. */
  guard?(call: Call, work: () => Promise<Answer>): Promise<Answer>;
  /** Stores an answer under the call's idempotency key; `acted` is the genuine one that it takes the place of. */
  keep?(call: Call, answer: Answer, acted?: Answer): Promise<void>;
  /** The order that the request is about, asked only when a fault order wants to know. */
  findOrderId(call: Call): Promise<string | undefined>;
}

/** What differs between the two providers on the wire. */
export interface Protocol {
  authorise(authorization: string | undefined): void;
  /** A provider's own trouble, as it would word it. */
  failure(status: number): Answer;
  request_id_header: string;
}

export interface Serving {
  pool: pg.Pool;
  faults: FaultBook;
  wire: BrokenWire;
}

export function serve(
  app: FastifyInstance,
  serving: Serving,
  protocol: Protocol,
  operationsOn: (database: Database) => Operation[],
): void {
  const rehearse: Rehearse = (operation, call) =>
    rolledBack(serving.pool, (database) => {
      const twin = operationsOn(database).find(({ name }) => name === operation.name)!;
      return answered(() => twin.act(call), protocol);
    });
  for (const operation of operationsOn(serving.pool)) {
    app.route({
      method: operation.method,
      url: operation.url,
      handler: (request, reply) => handle(request, reply, serving, protocol, operation, rehearse),
    });
  }
}

type Rehearse = (operation: Operation, call: Call) => Promise<Answer>;

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  serving: Serving,
  protocol: Protocol,
  operation: Operation,
  rehearse: Rehearse,
): Promise<FastifyReply> {
  const call: Call = {
    path: request.url,
    params: request.params as Call['params'],
    query: request.query as Call['query'],
    body: request.body ?? {},
    idempotency_key: request.headers['idempotency-key'] as string | undefined,
  };
  const send = (answer: Answer) => sendAnswer(reply, protocol, answer);
  const perform = ({ delay, outcome }: Performance = {}): Promise<Answer> => {
    const work = async () => {
      await delay?.();
      return operation.act({ ...call, ...(outcome && { instead: outcome }) });
    };
    return answered(
      () => (operation.guard ? operation.guard(call, work) : work()),
      protocol,
      (error) => request.log.error({ error, operation: operation.name }, 'operation failed'),
    );
  };

  try {
    protocol.authorise(request.headers.authorization);
  } catch (error) {
    if (error instanceof Refusal) return send(error.answer);
    throw error;
  }
  if (serving.faults.isEmpty()) return send(await perform());

  const fault = await serving.faults.take(operation.name, () => findOrderId(operation, call));
  if (!fault) return send(await perform());
  return serving.wire.breakAnswer({
    fault,
    reply,
    perform,
    send,
    failure: protocol.failure,
    rehearse: () => rehearse(operation, call),
    keep: async (answer, acted) => operation.keep?.(call, answer, acted),
  });
}

/** The answer to a work that may throw. */
async function answered(
  work: () => Promise<Answer>,
  protocol: Protocol,
  log?: (error: unknown) => void,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    log?.(error);
    return protocol.failure(500);
  }
}

async function rolledBack<Result>(
  pool: pg.Pool,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    return await work(client);
  } finally {
    const isBroken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    client.release(isBroken);
  }
}

/** A request that is not even valid is about no order. */
async function findOrderId(operation: Operation, call: Call): Promise<string | undefined> {
  try {
    return await operation.findOrderId(call);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

export function sendAnswer(reply: FastifyReply, protocol: Protocol, answer: Answer): FastifyReply {
  reply.code(answer.status).header(protocol.request_id_header, newId('req_'));
  if (answer.headers) reply.headers(answer.headers);
  return reply.type('application/json').send(JSON.stringify(answer.body));
}

import { commonProblem } from '@oms/kit/http/problem.ts';
import { hashRequest, isSameRequest } from '@oms/kit/http/request_hash.ts';
import { transaction } from '@oms/kit/postgres/transaction.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { claimKey, findAnswer, keepAnswer } from './idempotency.queries.ts';

/** An answer as it was sent, so that it can be sent again to the letter. */
export interface Answer {
  status: number;
  etag: string | null;
  body: string;
  /** Whether an earlier request with this key was answered so. */
  is_replayed?: boolean;
}

export interface Request {
  /** The contract's operation; a key counts within one. */
  operation: string;
  key: string;
  /** What the client sent: the same key with anything else is refused. */
  content: unknown;
}

/** A request that is made once for its `Idempotency-Key`. */
export function toRequest(
  operation: string,
  { params, body, headers }: Pick<FastifyRequest, 'params' | 'body' | 'headers'>,
): Request {
  return { operation, key: headers['idempotency-key'] as string, content: { params, body } };
}

/** Runs work once for its key, in one transaction with the record of its answer; later calls get that answer. */
export async function once(
  pool: pg.Pool,
  request: Request,
  work: (client: pg.PoolClient) => Promise<Answer>,
): Promise<Answer> {
  const { operation, key } = request;
  return transaction(pool, async (client) => {
    const claimed = await claimKey.run(
      { operation, key, request_hash: hashRequest(request.content) },
      client,
    );
    if (claimed.length === 0) return replay(client, request);
    const answer = await work(client);
    const { status, etag, body } = answer;
    await keepAnswer.run({ operation, key, status, etag, body }, client);
    return answer;
  });
}

/** The answer that the key got before, or undefined. @throws Problem when it was another request's key */
export async function findReplay(
  pool: pg.Pool | pg.PoolClient,
  request: Request,
): Promise<Answer | undefined> {
  const [kept] = await findAnswer.run({ operation: request.operation, key: request.key }, pool);
  if (!kept) return undefined;
  if (!isSameRequest(kept.request_hash, request.content)) {
    throw commonProblem('idempotency_key_reused', {
      detail: 'This Idempotency-Key came with another request before. Choose a new key for a new request.',
    });
  }
  const { status, etag, body } = kept;
  return { status, etag, body, is_replayed: true };
}

async function replay(client: pg.PoolClient, request: Request): Promise<Answer> {
  const answer = await findReplay(client, request);
  // The key can only be gone when it was forgotten between the two statements.
  if (!answer)
    throw commonProblem('idempotency_key_in_use', { detail: 'Send the request again.', retry_after_s: 1 });
  return answer;
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.etag) reply.header('etag', answer.etag);
  if (answer.is_replayed) reply.header('idempotency-replayed', 'true');
  return reply.code(answer.status).type('application/json').send(answer.body);
}

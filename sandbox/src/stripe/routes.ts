import type { FastifyInstance } from 'fastify';
import qs from 'qs';
import { type Operation, type Serving, sendAnswer, serve } from '../operation.ts';
import type { Stripe } from './changes.ts';
import { stripeError, stripeProtocol } from './errors.ts';
import { IdempotencyKeys, keyOf } from './idempotency.ts';
import { paymentIntentListOperations } from './lists.ts';
import { paymentIntentOperations } from './payment_intents.ts';
import { refundOperations } from './refunds.ts';

/** Stripe's API below `/v1`. Bodies are forms with nested names: `metadata[order_id]=…`. */
export function serveStripe(app: FastifyInstance, serving: Serving, keys: IdempotencyKeys): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, qs.parse(body as string, { depth: 3, parameterLimit: 200 })),
  );
  app.setNotFoundHandler((request, reply) =>
    sendAnswer(
      reply,
      stripeProtocol,
      stripeError(404, { message: `Unrecognized request URL (${request.method}: ${request.url}).` }),
    ),
  );
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ error }, 'request failed');
    const answer =
      status >= 500 ? stripeProtocol.failure(status) : stripeError(400, { message: error.message });
    return sendAnswer(reply, stripeProtocol, answer);
  });
  const kept: Pick<Operation, 'guard' | 'keep'> = {
    guard: (call, work) => keys.guard(call, work),
    keep: (call, answer, acted) => keys.keepFailure(keyOf(call), answer, acted),
  };
  serve(app, serving, stripeProtocol, (database) =>
    operationsOf({
      pool: database,
      keys: database === serving.pool ? keys : new IdempotencyKeys(database),
    }).map((operation) => (operation.method === 'POST' ? { ...operation, ...kept } : operation)),
  );
}

function operationsOf(stripe: Stripe): Operation[] {
  return [
    ...paymentIntentOperations(stripe),
    ...paymentIntentListOperations(stripe),
    ...refundOperations(stripe),
  ];
}

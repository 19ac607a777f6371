import type { FastifyInstance } from 'fastify';
import { type Serving, sendAnswer, serve } from '../operation.ts';
import { easypostError, easypostProtocol } from './errors.ts';
import { shipmentOperations } from './shipments.ts';
import { trackerOperations } from './trackers.ts';
import { webhookOperations } from './webhooks.ts';

/** EasyPost's API below `/v2`. */
export function serveEasyPost(app: FastifyInstance, serving: Serving): void {
  app.removeContentTypeParser('application/json');
  // The client names JSON as its type even where it sends no body.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(body as string));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }));
    }
  });
  app.setNotFoundHandler((_request, reply) =>
    sendAnswer(
      reply,
      easypostProtocol,
      easypostError(404, 'NOT_FOUND', 'The requested resource could not be found.'),
    ),
  );
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ error }, 'request failed');
    const answer =
      status >= 500 ? easypostProtocol.failure(500) : easypostError(status, 'BAD_REQUEST', error.message);
    return sendAnswer(reply, easypostProtocol, answer);
  });
  serve(app, serving, easypostProtocol, (database) => [
    ...shipmentOperations(database),
    ...trackerOperations(database),
    ...webhookOperations(database),
  ]);
}

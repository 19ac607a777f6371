import type { FastifyInstance } from 'fastify';
import { problem } from '../problem.ts';
import type { FaultBook } from './book.ts';
import { FAULTS_MAX, type Fault } from './fault.ts';
import { findFieldErrors } from './validation.ts';

/** Orders faults and tells how often each one struck. */
export function serveFaults(app: FastifyInstance, faults: FaultBook): void {
  app.post('/faults', async (request, reply) => {
    const errors = findFieldErrors(request.body);
    if (errors.length > 0)
      return problem(reply, 400, 'invalid_fault', 'The fault order is not valid.', errors);
    const order = await faults.add(request.body as Fault);
    if (!order)
      return problem(reply, 409, 'too_many_faults', `There are ${FAULTS_MAX} fault orders already.`);
    return reply.code(201).send(order);
  });

  app.get('/faults', async () => faults.list());

  app.delete('/faults', async (_request, reply) => {
    await faults.clear();
    return reply.code(204).send();
  });

  app.delete<{ Params: { id: string } }>('/faults/:id', async (request, reply) => {
    if (await faults.remove(request.params.id)) return reply.code(204).send();
    return problem(reply, 404, 'fault_not_found', 'There is no such fault order.');
  });
}

import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { type Answer, Refusal } from '../answer.ts';
import { DELAY_MS_MAX, type FaultOrder } from './fault.ts';

interface Struck {
  fault: FaultOrder;
  reply: FastifyReply;
  /** Does the request's work and gives its genuine answer; never rejects. */
  perform(delay?: () => Promise<void>): Promise<Answer>;
  send(answer: Answer): FastifyReply;
  failure(status: number): Answer;
}

/** Breaks what goes over the wire. The work itself stays genuine: it is done whole or not begun. */
export class BrokenWire {
  readonly #closing = new AbortController();
  readonly #hanging = new Set<FastifyReply>();

  async breakAnswer({ fault, reply, perform, send, failure }: Struck): Promise<FastifyReply> {
    switch (fault.kind) {
      case 'fail_before':
        return send(failure(fault.status ?? 503));
      case 'fail_after':
        await perform();
        return send(failure(fault.status ?? 500));
      case 'drop_before':
        return this.#drop(reply);
      case 'drop_after':
        await perform();
        return this.#drop(reply);
      case 'hang_before':
        return this.#hang(reply, fault.delay_ms);
      case 'hang_after':
        await perform();
        return this.#hang(reply, fault.delay_ms);
      case 'slow': {
        let interrupted = false;
        const answer = await perform(async () => {
          try {
            await wait(fault.delay_ms, undefined, { signal: this.#closing.signal });
          } catch {
            interrupted = true;
            throw new Refusal(failure(503));
          }
        });
        return interrupted ? this.#drop(reply) : send(answer);
      }
    }
  }

  /** Cuts every hanging connection; a late act that has not begun never will. */
  close(): void {
    this.#closing.abort();
    for (const reply of this.#hanging) reply.raw.destroy();
  }

  #drop(reply: FastifyReply): FastifyReply {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }

  #hang(reply: FastifyReply, delay_ms = DELAY_MS_MAX): FastifyReply {
    reply.hijack();
    if (this.#closing.signal.aborted || reply.raw.destroyed) {
      reply.raw.destroy();
      return reply;
    }
    const timer = setTimeout(() => reply.raw.destroy(), delay_ms);
    this.#hanging.add(reply);
    reply.raw.once('close', () => {
      clearTimeout(timer);
      this.#hanging.delete(reply);
    });
    return reply;
  }
}

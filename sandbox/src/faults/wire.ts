import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { type Answer, Refusal } from '../answer.ts';
import { falsify } from './answers.ts';
import { DELAY_MS_MAX, type FaultOrder } from './fault.ts';

interface Struck {
  fault: FaultOrder;
  reply: FastifyReply;
  /** Does the request's work and gives its genuine answer; never rejects. */
  perform(how?: Performance): Promise<Answer>;
  /** What `perform` would answer; nothing is done. */
  rehearse(): Promise<Answer>;
  send(answer: Answer): FastifyReply;
  failure(status: number): Answer;
  /** Stores the answer under the request's idempotency key; `acted`: in the place of the genuine one. */
  keep(answer: Answer, acted?: Answer): Promise<void>;
}

export interface Performance {
  /** Awaited before the work begins. */
  delay?: () => Promise<void>;
  /** What is done instead of what was asked for. */
  outcome?: Pick<FaultOrder, 'outcome' | 'delay_ms'>;
}

/** Breaks what goes over the wire. Except for `outcome`, the work itself is done whole or not begun. */
export class BrokenWire {
  readonly #closing = new AbortController();
  readonly #hanging = new Set<FastifyReply>();

  async breakAnswer(struck: Struck): Promise<FastifyReply> {
    const { fault, reply, perform, send, failure } = struck;
    switch (fault.kind) {
      case 'fail_before':
      case 'fail_after':
        return this.#fail(struck);
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
        const delay = async () => {
          try {
            await wait(fault.delay_ms, undefined, { signal: this.#closing.signal });
          } catch {
            interrupted = true;
            throw new Refusal(failure(503));
          }
        };
        const answer = await perform({ delay });
        return interrupted ? this.#drop(reply) : send(answer);
      }
      case 'drip':
        return this.#drip(reply, await perform(), fault.delay_ms!);
      case 'answer':
        return this.#falsify(struck, await perform());
      case 'answer_unacted':
        return this.#falsify(struck, await struck.rehearse());
      case 'outcome':
        return send(await perform({ outcome: fault }));
    }
  }

  /** Cuts every hanging connection; a late act that has not begun never will. */
  close(): void {
    this.#closing.abort();
    for (const reply of this.#hanging) reply.raw.destroy();
  }

  async #fail({ fault, perform, send, failure, keep }: Struck): Promise<FastifyReply> {
    const acted = fault.kind === 'fail_after' ? await perform() : undefined;
    const answer = failure(fault.status ?? (acted ? 500 : 503));
    if (fault.kept) await keep(answer, acted);
    if (fault.retry_after_s === undefined) return send(answer);
    return send({ ...answer, headers: { 'Retry-After': String(fault.retry_after_s) } });
  }

  /** Only a success is falsified: a refusal is an answer that needs no belief. */
  #falsify({ fault, reply, send }: Struck, answer: Answer): FastifyReply {
    if (answer.status >= 300 || fault.answer === 'genuine') return send(answer);
    const { type, text } = falsify(fault.answer!, answer.body);
    return reply.code(answer.status).type(type).send(text);
  }

  #drop(reply: FastifyReply): FastifyReply {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }

  #hang(reply: FastifyReply, delay_ms = DELAY_MS_MAX): FastifyReply {
    if (!this.#hold(reply)) return reply;
    const timer = setTimeout(() => reply.raw.destroy(), delay_ms);
    reply.raw.once('close', () => clearTimeout(timer));
    return reply;
  }

  /** A byte at a time, so that the line is never silent for long. */
  #drip(reply: FastifyReply, { status, body, headers }: Answer, delay_ms: number): FastifyReply {
    if (!this.#hold(reply)) return reply;
    const bytes = Buffer.from(JSON.stringify(body));
    const length = { 'content-type': 'application/json', 'content-length': bytes.length };
    reply.raw.writeHead(status, { ...headers, ...length }).flushHeaders();
    let sent = 0;
    const timer = setInterval(() => {
      reply.raw.write(bytes.subarray(sent, ++sent));
      if (sent < bytes.length) return;
      clearInterval(timer);
      reply.raw.end();
    }, delay_ms);
    reply.raw.once('close', () => clearInterval(timer));
    return reply;
  }

  /** Takes the connection over until it closes. @returns whether it is still there */
  #hold(reply: FastifyReply): boolean {
    reply.hijack();
    if (this.#closing.signal.aborted || reply.raw.destroyed) {
      reply.raw.destroy();
      return false;
    }
    this.#hanging.add(reply);
    reply.raw.once('close', () => this.#hanging.delete(reply));
    return true;
  }
}

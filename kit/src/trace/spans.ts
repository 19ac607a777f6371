import { randomUUID } from 'node:crypto';
import { readTraceparent, type Trace } from './trace.ts';

const REQUEST_ID = /^[\w.:+/=@-]{1,128}$/;
const SAMPLED = '01';

/** What a caller sent, or made anew where it sent nothing that can be used. */
export function acceptTrace(sent: { traceparent?: unknown; request_id?: unknown }): Trace {
  const { traceparent, request_id } = sent;
  const isUsable = typeof request_id === 'string' && REQUEST_ID.test(request_id);
  return {
    traceparent: readTraceparent(traceparent) ?? `00-${newId()}${newId()}-${newId()}-${SAMPLED}`,
    request_id: isUsable ? request_id : randomUUID(),
  };
}

/** The header for something that is asked of another service: a span of its own in the same trace. */
export function childTraceparent({ traceparent }: Trace): string {
  const [version, trace_id, , flags] = traceparent.split('-');
  return [version, trace_id, newId(), flags].join('-');
}

/**
 * 16 digits by chance: the halves of a UUID that hold nothing else. UUIDs come from random bytes that Node keeps
 * at hand, where 8 bytes of our own would be a call of the system for each request.
 */
function newId(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(-8);
}

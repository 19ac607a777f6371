import { randomBytes, randomUUID } from 'node:crypto';
import { readTraceparent, type Trace } from './trace.ts';

const REQUEST_ID = /^[\w.:+/=@-]{1,128}$/;
const SAMPLED = '01';

/** What a caller sent, or made anew where it sent nothing that can be used. */
export function acceptTrace(sent: { traceparent?: unknown; request_id?: unknown }): Trace {
  const { traceparent, request_id } = sent;
  const isUsable = typeof request_id === 'string' && REQUEST_ID.test(request_id);
  return {
    traceparent: readTraceparent(traceparent) ?? `00-${newId(16)}-${newId(8)}-${SAMPLED}`,
    request_id: isUsable ? request_id : randomUUID(),
  };
}

/** The header for something that is asked of another service: a span of its own in the same trace. */
export function childTraceparent({ traceparent }: Trace): string {
  const [version, trace_id, , flags] = traceparent.split('-');
  return [version, trace_id, newId(8), flags].join('-');
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

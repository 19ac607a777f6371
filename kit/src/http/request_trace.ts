import type { IncomingMessage } from 'node:http';
import { acceptTrace } from '../trace/spans.ts';
import type { Trace } from '../trace/trace.ts';

const traces = new WeakMap<IncomingMessage, Trace>();

/** The trace of a request: as its headers `traceparent` and `X-Request-Id` say, or its own. */
export function traceOf(request: IncomingMessage): Trace {
  let trace = traces.get(request);
  if (!trace) {
    const { traceparent, 'x-request-id': request_id } = request.headers;
    trace = acceptTrace({ traceparent, request_id });
    traces.set(request, trace);
  }
  return trace;
}

import type { Trace } from '@oms/kit/trace/trace.ts';
import { toTrace } from '@oms/kit/trace/trace.ts';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';

/**
 * The header that carries a trace, under the name and in the form of OpenTelemetry's own interceptors for
 * Temporal: an object that a propagator reads and writes. Ours has the request's id beside it.
 */
const NAME = '_tracer-data';

export function withTraceHeader(headers: Headers, trace: Trace | undefined): Headers {
  if (!trace) return headers;
  return { ...headers, [NAME]: defaultPayloadConverter.toPayload({ ...trace }) };
}

export function readTraceHeader({ [NAME]: payload }: Headers): Trace | undefined {
  return payload && toTrace(defaultPayloadConverter.fromPayload(payload));
}

/**
 * Where something that is done belongs: the W3C trace context of the request that it is done for, and that
 * request's id. Plain data, so that it can be kept and sent on, and read where there is neither clock nor
 * chance; OpenTelemetry's propagator reads and writes the same `traceparent`.
 */
export interface Trace {
  /** https://www.w3.org/TR/trace-context/#traceparent-header, the caller's span as the parent. */
  traceparent: string;
  request_id: string;
}

export function traceId({ traceparent }: Trace): string {
  return traceparent.split('-')[1]!;
}

/** For log lines. */
export function traceFields(trace: Trace): { trace_id: string; request_id: string } {
  return { trace_id: traceId(trace), request_id: trace.request_id };
}

/** A trace as it was kept; none where it is not one, or only half there. */
export function toTrace(kept: unknown): Trace | undefined {
  const { traceparent, request_id } = (kept ?? {}) as Record<keyof Trace, unknown>;
  const read = readTraceparent(traceparent);
  return read && typeof request_id === 'string' ? { traceparent: read, request_id } : undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** As the standard asks: of a later version what is known of it is read, and zeros stand for nothing. */
export function readTraceparent(text: unknown): string | undefined {
  const found = typeof text === 'string' ? TRACEPARENT.exec(text) : null;
  if (!found) return undefined;
  const [, version, trace_id, span_id, flags, rest] = found;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(trace_id!) || /^0+$/.test(span_id!)) return undefined;
  return `00-${trace_id}-${span_id}-${flags}`;
}

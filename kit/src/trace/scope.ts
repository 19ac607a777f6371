import { AsyncLocalStorage } from 'node:async_hooks';
import { childTraceparent } from './spans.ts';
import { type Trace, traceFields } from './trace.ts';

/** What the code that runs now is at work for, so that its log lines and the requests it makes can tell. */
interface Scope {
  trace: Trace | undefined;
  fields: Record<string, unknown>;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Runs work within a scope. What an outer one set stays, unless it is set anew. */
export function inScope<Result>(
  { trace, fields = {} }: { trace?: Trace | undefined; fields?: Record<string, unknown> },
  work: () => Result,
): Result {
  const outer = scopes.getStore();
  return scopes.run(
    {
      trace: trace ?? outer?.trace,
      fields: { ...outer?.fields, ...(trace && traceFields(trace)), ...fields },
    },
    work,
  );
}

export function currentTrace(): Trace | undefined {
  return scopes.getStore()?.trace;
}

/** For every log line. */
export function currentFields(): Record<string, unknown> {
  return scopes.getStore()?.fields ?? {};
}

/** For every request that is made of another service. */
export function outgoingHeaders(): { traceparent?: string } {
  const trace = currentTrace();
  return trace ? { traceparent: childTraceparent(trace) } : {};
}

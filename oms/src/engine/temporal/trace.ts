import { currentTrace, inScope } from '@oms/kit/trace/scope.ts';
import { type Trace, traceFields } from '@oms/kit/trace/trace.ts';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { readTraceHeader, withTraceHeader } from './trace_header.ts';

/** Puts the trace of what the client is at work for on starts and messages. */
export const clientTrace: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    next({ ...input, headers: withTraceHeader(input.headers, currentTrace()) }),
  signal: (input, next) => next({ ...input, headers: withTraceHeader(input.headers, currentTrace()) }),
};

/** Makes the trace that a workflow passed on the one that the step is at work for. */
export const activityTrace: ActivityInterceptorsFactory = () => {
  let trace: Trace | undefined;
  return {
    inbound: {
      execute(input, next) {
        trace = readTraceHeader(input.headers);
        return inScope({ trace }, () => next(input));
      },
    },
    // For what Temporal itself tells of the step, outside of it.
    outbound: { getLogAttributes: (input, next) => next({ ...input, ...(trace && traceFields(trace)) }) },
  };
};

/** Carries the trace through a workflow: from its start and its messages to its steps and its next run. */
import { type Trace, traceFields } from '@oms/kit/trace/trace.ts';
import type { Headers } from '@temporalio/common';
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { readTraceHeader, withTraceHeader } from './trace_header.ts';

/** Made for each workflow, inside the sandbox. */
export function interceptors(): WorkflowInterceptors {
  let trace: Trace | undefined;
  const follow = (headers: Headers) => {
    trace = readTraceHeader(headers) ?? trace;
  };
  const passOn = <Input extends { headers: Headers }, Result>(
    input: Input,
    next: (input: Input) => Result,
  ): Result => next({ ...input, headers: withTraceHeader(input.headers, trace) });
  return {
    inbound: [
      {
        execute(input, next) {
          follow(input.headers);
          return next(input);
        },
        handleSignal(input, next) {
          follow(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: passOn,
        scheduleLocalActivity: passOn,
        continueAsNew: passOn,
        getLogAttributes: (input, next) => next({ ...input, ...(trace && traceFields(trace)) }),
      },
    ],
  };
}

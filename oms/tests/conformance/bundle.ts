/** The workflows of the conformance suite, for the sandbox of Temporal's workers. */
import { host } from '../../src/engine/temporal/host.ts';
import { testWorkflows } from './workflows.ts';

export const one_step = host(testWorkflows.one_step);
export const waiting = host(testWorkflows.waiting);
export const defective = host(testWorkflows.defective);
export const late = host(testWorkflows.late);
export const patched = host(testWorkflows.patched);
export const clock = host(testWorkflows.clock);
export const rounds = host(testWorkflows.rounds);
export const telling = host(testWorkflows.telling);
export const order = host(testWorkflows.order);

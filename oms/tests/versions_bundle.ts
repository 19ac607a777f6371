/** Workflows for the sandbox of workers with versions. */
import { host } from '../src/engine/temporal/host.ts';
import { testWorkflows } from './conformance/workflows.ts';

/** Stays with the version that it began with. */
export const waiting = host(testWorkflows.waiting);
/** The same, but goes over to each promoted version. */
export const following = host(testWorkflows.waiting, 'AUTO_UPGRADE');

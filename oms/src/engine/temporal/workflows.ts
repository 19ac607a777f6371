/** What Temporal's workers bundle for the sandbox: every workflow under its name. */
import { workflows } from '../../workflows.ts';
import { host } from './host.ts';

export const order = host(workflows.order);
/** May take weeks, and must not hold an old version so long. */
export const delivery = host(workflows.delivery, 'AUTO_UPGRADE');

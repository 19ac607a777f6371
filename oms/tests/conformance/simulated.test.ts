import { simulated } from './simulated.ts';
import { conformance } from './suite.ts';

conformance(simulated);

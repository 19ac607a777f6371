import { conformance } from './suite.ts';
import { temporal } from './temporal.ts';

conformance(temporal());

import { embedded } from './embedded.ts';
import { conformance } from './suite.ts';

conformance(embedded);

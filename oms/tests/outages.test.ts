import { startNetwork } from './network.ts';
import { outages } from './outages.ts';

outages('the embedded engine', (config) => startNetwork({ config }));

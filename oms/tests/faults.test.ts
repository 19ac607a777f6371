import { providerFaults } from './faults.ts';
import { startNetwork } from './network.ts';

providerFaults('the embedded engine', (config) => startNetwork({ config }));

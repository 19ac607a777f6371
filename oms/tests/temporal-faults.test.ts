import { after } from 'node:test';
import { startTemporalServer } from '../src/engine/temporal/server.ts';
import { providerFaults } from './faults.ts';
import { startNetwork } from './network.ts';

let server: Awaited<ReturnType<typeof startTemporalServer>> | undefined;
after(() => server?.stop());

providerFaults('Temporal', async (config) => {
  server = await startTemporalServer();
  return startNetwork({ config: { ...config, engine: 'temporal', temporal_address: server.address } });
});

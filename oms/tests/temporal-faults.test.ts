import { after } from 'node:test';
import type { Config } from '../src/config/config.ts';
import { startTemporalServer } from '../src/engine/temporal/server.ts';
import { providerFaults } from './faults.ts';
import { startNetwork } from './network.ts';
import { outages } from './outages.ts';

let server: Awaited<ReturnType<typeof startTemporalServer>> | undefined;
after(() => server?.stop());

providerFaults('Temporal', start);
outages('Temporal', start);

async function start(config: Partial<Config>) {
  server ??= await startTemporalServer();
  return startNetwork({ config: { ...config, engine: 'temporal', temporal_address: server.address } });
}

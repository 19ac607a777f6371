import { parseOptions } from '@oms/kit/main/options.ts';
import { Client, Connection } from '@temporalio/client';
import { startTemporalServer } from '../../src/engine/temporal/server.ts';
import { version } from '../../src/main/version.ts';
import { startNetwork } from '../network.ts';
import { isKept, keep } from './kept.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const HELP = `Records histories of orders for the release that is being made, and keeps them in the repository.
A test replays the histories of every release against today's workflows.

npm run histories                  those that ${version()} lacks
npm run histories -- <name…>       these, anew
npm run histories -- --all         all of them, anew

It runs real orders: an embedded PostgreSQL, a Temporal server, the service and the sandbox, all thrown away after.
A history that has been released stays as it is; what it no longer fits needs a patch: docs/versions.md.

Names: ${scenarios.map(({ name }) => name).join(', ')}`;

const RESULT_TIMEOUT_MS = 120_000;

try {
  const { values, positionals } = parseOptions({
    options: { help: { type: 'boolean', short: 'h' }, all: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) console.log(HELP);
  else await record(choose(positionals, values.all ?? false));
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exitCode = 1;
}

function choose(names: string[], isAll: boolean): Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new TypeError(`No scenario is called ${unknown.join(', ')}. --help lists them.`);
  if (names.length > 0) return scenarios.filter(({ name }) => names.includes(name));
  return scenarios.filter(({ name }) => isAll || !isKept(name));
}

async function record(chosen: Scenario[]): Promise<void> {
  if (chosen.length === 0) {
    console.log(`${version()} has the history of every scenario. --all records them anew.`);
    return;
  }
  await using stack = new AsyncDisposableStack();
  console.log('Starting PostgreSQL and Temporal…');
  const temporal = await startTemporalServer({ onMake: (text) => console.log(`Fetching ${text}…`) });
  stack.defer(() => temporal.stop());
  const config = {
    engine: 'temporal' as const,
    temporal_address: temporal.address,
    retry_first_delay_ms: 200,
  };
  const connection = await Connection.connect({ address: temporal.address });
  stack.defer(() => connection.close());
  const { workflow } = new Client({ connection });
  const network = await startNetwork({ config });
  stack.defer(() => network.stop());
  await network.api.stock('CUP', 1000);

  for (const scenario of chosen) {
    await network.restart({ config: { ...config, ...scenario.config } });
    const workflow_id = await scenario.run(network);
    await network.sandbox.call('DELETE', '/faults');
    const handle = workflow.getHandle(workflow_id);
    await connection.withDeadline(Date.now() + RESULT_TIMEOUT_MS, () => handle.result());
    const history = await handle.fetchHistory();
    console.log(`${keep(scenario.name, workflow_id, history)}: ${history.events?.length} events`);
  }
}

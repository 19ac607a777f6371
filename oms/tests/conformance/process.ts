import { createPool } from '@oms/kit/postgres/pool.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createEmbedded } from './embedded.ts';
import type { Parts } from './harness.ts';
import { createTemporal } from './temporal.ts';

/** An engine as a process of its own, to be killed: starts `one_step`, says `acting`, and stays in the act. */
const [kind, place = '', workflow_id = ''] = process.argv.slice(2);

const parts: Parts = {
  steps: {
    act() {
      process.stdout.write('acting\n');
      return new Promise(() => {});
    },
    note: async () => {},
  },
};

const engine = create();
await engine.launch();
await engine.start(workflow_id, { workflow: 'one_step', input: { order_id: workflow_id } });

function create(): Engine {
  if (kind === 'embedded') {
    return createEmbedded(createPool({ url: place, max: 4, application_name: 'test' }), parts);
  }
  const [address = '', task_queue = ''] = place.split(' ');
  return createTemporal(address, task_queue, parts);
}

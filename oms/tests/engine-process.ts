import { createPool } from '@oms/kit/postgres/pool.ts';
import { createEngine, hang, oneStep } from './engine.ts';

/** An engine as a process of its own, to be killed: starts the workflow `w`, says `acting`, and stays in the act. */
const [url = ''] = process.argv.slice(2);
const { workflow } = oneStep();
const engine = createEngine(createPool({ url, max: 4, application_name: 'test' }), {
  workflow,
  steps: {
    act() {
      process.stdout.write('acting\n');
      return hang();
    },
  },
});
await engine.launch();
await engine.start('w', { workflow: 'w', input: { order_id: 'ord_1' } });

import { DBOS } from '@dbos-inc/dbos-sdk';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { answer } from './answer.ts';
import { type Timing, timeLoops } from './timing.ts';

/** Durable workflows of five steps that do nothing: what the embedded engine costs by itself. */

const STEPS = 5;

const workflow = DBOS.registerWorkflow(
  async () => {
    for (let step = 0; step < STEPS; step++) {
      await DBOS.runStep(async () => null, { name: `step ${step}`, retriesAllowed: false });
    }
  },
  { name: 'empty' },
);

answer({
  async run(input: { database_url: string; seconds: number; at_once: number }): Promise<Timing> {
    const pool = createPool({
      url: input.database_url,
      max: 20,
      application_name: 'engine',
      settings: { synchronous_commit: 'off' },
    });
    DBOS.setConfig({ name: 'bench', systemDatabasePool: pool, executorID: 'bench', logLevel: 'error' });
    await DBOS.launch();
    const result = await timeLoops(input, async () => (await DBOS.startWorkflow(workflow)()).getResult());
    await DBOS.shutdown();
    await pool.end();
    return result;
  },
});

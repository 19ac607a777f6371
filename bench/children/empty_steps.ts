import { DBOS } from '@dbos-inc/dbos-sdk';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { answer } from './answer.ts';
import { startTiming, type Timing } from './timing.ts';

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
    let until_ms = performance.now() + 3_000;
    const loop = async (timing?: ReturnType<typeof startTiming>) => {
      while (performance.now() < until_ms) {
        const from_ms = performance.now();
        const handle = await DBOS.startWorkflow(workflow)();
        await handle.getResult();
        timing?.add(from_ms);
      }
    };
    const runAll = (timing?: ReturnType<typeof startTiming>) =>
      Promise.all(Array.from({ length: input.at_once }, () => loop(timing)));
    await runAll();
    until_ms = performance.now() + input.seconds * 1000;
    const timing = startTiming();
    await runAll(timing);
    const result = timing.finish();
    await DBOS.shutdown();
    await pool.end();
    return result;
  },
});

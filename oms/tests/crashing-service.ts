import pino from 'pino';
import { createContext } from '../src/context.ts';
import type { Step, Steps } from '../src/engine/engine.ts';
import { API_KEY, testConfig } from './network.ts';

/**
 * The service as a process of its own that kills itself at a chosen point.
 *
 * Arguments: database URL, sandbox URL, point, and the address of Temporal where it carries the orders. A point is `before:<step>` or `after:<step>` (the step has
 * acted, the engine does not know it yet), `unstarted` (orders are taken, none is carried) or `never`.
 */
const [database_url = '', sandbox_url = '', point = 'never', temporal_address] = process.argv.slice(2);

// Long enough that a step can be seen at work.
const provider_timeout_ms = 10_000;
const onTemporal = temporal_address
  ? { engine: 'temporal' as const, temporal_address, provider_timeout_ms }
  : {};

const context = await createContext({
  config: testConfig(sandbox_url, onTemporal),
  database_url,
  api_key: API_KEY,
  logger: pino({ level: 'silent' }),
  wrapSteps: (steps) => crashing(steps, point),
});
if (point !== 'unstarted') await context.startWorker();
process.stdout.write(`${await context.listen()}\n`);

function crashing(steps: Steps, at: string): Steps {
  const [moment, name] = at.split(':');
  const wrap =
    (step: Step): Step =>
    async (input, attempt) => {
      if (moment === 'before') process.kill(process.pid, 'SIGKILL');
      await step(input, attempt);
      if (moment === 'after') process.kill(process.pid, 'SIGKILL');
    };
  const chosen = name === undefined ? undefined : steps[name];
  return name !== undefined && chosen ? { ...steps, [name]: wrap(chosen) } : steps;
}

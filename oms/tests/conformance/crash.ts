import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Runs `process.ts` until it says that its step is at work, and kills it there. */
export async function crashInProcess(engine: string, place: string, workflow_id: string): Promise<void> {
  const script = new URL('./process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, engine, place, workflow_id], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(child.stdout), 'line');
    if (line !== 'acting') throw new Error(`the process said ${line}`);
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'exit');
}

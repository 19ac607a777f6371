import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const FLAGS = ['--include=optional', '--no-audit', '--no-fund', '--loglevel=http'];
const NOISE = /^npm (http|warn|notice)|^\s*$/;
const LOG_EVERY_MS = 5_000;
const TERMINAL_EVERY_MS = 200;

/**
 * Runs npm and shows how far it is: one line on a terminal, a line every few seconds in a log.
 * @param {string} folder
 * @param {string} what is installed, for people
 * @param {string[]} args
 * @returns {Promise<string | undefined>} why it failed
 */
export async function npm(folder, what, args) {
  const { isTTY } = process.stderr;
  const started_ms = Date.now();
  let looked_up = 0;
  let fetched = 0;
  const show = () => {
    const seconds = Math.round((Date.now() - started_ms) / 1000);
    const text = `Installing ${what}, once: ${looked_up} looked up, ${fetched} fetched, ${seconds} s`;
    process.stderr.write(isTTY ? `\r${text}\x1b[K` : `${text}\n`);
  };
  show();
  const timer = setInterval(show, isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS);
  const child = spawn('npm', [...args, ...FLAGS], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^npm http .*\.tgz/.test(line)) fetched++;
    else if (line.startsWith('npm http')) looked_up++;
    if (!NOISE.test(line)) process.stderr.write(`${isTTY ? '\r\x1b[K' : ''}${line}\n`);
  });
  const failure = await new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (status, signal) =>
      resolve(
        status === 0 ? undefined : `it ended with ${signal ?? `status ${status}`}, for the reason above`,
      ),
    );
  });
  clearInterval(timer);
  show();
  if (isTTY) process.stderr.write('\n');
  return failure;
}

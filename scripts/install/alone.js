import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 200;

/**
 * Does the work while no other process does it in the same folder: two npm at once undo each other's work. The file
 * that a killed process left behind does not count.
 * @param {string} folder
 * @param {() => Promise<void>} work
 */
export async function alone(folder, work) {
  const file = join(folder, '.installing');
  let waits_for = 0;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (!isAlive(owner)) rmSync(file, { force: true });
    else if (waits_for !== owner) {
      process.stderr.write(`Waiting for process ${owner}, which is installing packages here…\n`);
      waits_for = owner;
    }
    await delay(RETRY_MS);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The file appears with its content: linked to, not written in place. @param {string} file */
function take(file) {
  const own = `${file}-${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} file */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0; // it has just gone
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

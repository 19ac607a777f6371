import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import pg from 'pg';

/** What Linux tells of processes; elsewhere nothing is measured and everything is undefined. */

const TICKS_PER_S = 100;

/** Processor time that a process has used so far. */
export function cpuSeconds(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** Processor time of a process and all it started so far, those that have ended included. */
export function familyCpuSeconds(pid: number): number | undefined {
  const each = family(pid).flatMap((member) => {
    const fields = statOf(member);
    return fields ? [fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)] : [];
  });
  return each.length === 0 ? undefined : each.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_S;
}

/**
 * Watches what other programs take of the processors meanwhile.
 * @param postmaster_pid of a server that is part of the measurement and no child of ours
 * @returns how many processors' worth they took since
 */
export function watchOthers(postmaster_pid?: number): () => number | undefined {
  const measure = () => {
    const own_s = familyCpuSeconds(process.pid);
    if (own_s === undefined) return undefined;
    const busy_ms = cpus().reduce(
      (sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq,
      0,
    );
    return {
      others_s:
        busy_ms / 1000 - own_s - (postmaster_pid === undefined ? 0 : (familyCpuSeconds(postmaster_pid) ?? 0)),
      at_ms: performance.now(),
    };
  };
  const before = measure();
  return () => {
    const after = measure();
    if (!before || !after) return undefined;
    return Math.max(0, ((after.others_s - before.others_s) * 1000) / (after.at_ms - before.at_ms));
  };
}

/** Fields of /proc/pid/stat behind the name, which may hold anything. */
function statOf(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A process and the ones it started, theirs included. */
export function family(pid: number): number[] {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc')) {
      const fields = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
      if (fields) parents.set(Number(name), Number(fields[1]));
    }
  } catch {
    return [pid];
  }
  const members = [pid];
  for (const member of members) {
    for (const [child, parent] of parents) if (parent === member) members.push(child);
  }
  return members;
}

export interface Memory {
  processes: number;
  /** Each process's own memory and its share of what several use. */
  pss_mib: number;
  /** Counts what several processes share once for each of them. */
  rss_mib: number;
}

export function memoryOf(pids: number[]): Memory | undefined {
  const texts = pids.flatMap((pid) => read(`/proc/${pid}/smaps_rollup`) ?? []);
  if (texts.length === 0) return undefined;
  const sum = (field: string) => texts.reduce((total, text) => total + kibibytes(text, field), 0) / 1024;
  return { processes: texts.length, pss_mib: sum('Pss'), rss_mib: sum('Rss') };
}

function kibibytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

/** Processor time of the server's processes so far, by the application they serve or by their own kind. */
export async function databaseCpuSeconds(url: string): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench' });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT pid, CASE WHEN backend_type = 'client backend' THEN application_name ELSE backend_type END AS name
       FROM pg_stat_activity`,
    );
    const seconds = new Map<string, number>();
    for (const { pid, name } of rows) {
      seconds.set(name, (seconds.get(name) ?? 0) + (cpuSeconds(pid) ?? 0));
    }
    return seconds;
  } finally {
    await client.end();
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

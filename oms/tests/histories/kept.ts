import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { version } from '../../src/main/version.ts';

/** Histories that are kept in the repository, a folder for each release. */

export interface KeptHistory {
  /** Such as `0.1.0/completed`. */
  name: string;
  workflow_id: string;
  history: JsonHistory;
}

/** As Temporal's own tools write it; what tests read of it. */
export interface JsonHistory {
  events: {
    workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
    markerRecordedEventAttributes?: { details?: Record<string, { payloads: { data: string }[] }> };
  }[];
}

const FOLDER = import.meta.dirname;

export function keptHistories(): KeptHistory[] {
  return globSync('*/*.json', { cwd: FOLDER })
    .sort()
    .map((path) => ({
      name: join(dirname(path), basename(path, '.json')),
      ...JSON.parse(readFileSync(join(FOLDER, path), 'utf8')),
    }));
}

/** Whether the release that is being made has the history of this scenario. */
export function isKept(scenario: string): boolean {
  return existsSync(pathOf(scenario));
}

/** Keeps it for the release that is being made, one event on a line. @returns its path in the repository */
export function keep(scenario: string, workflow_id: string, history: History): string {
  const { events } = JSON.parse(historyToJSON(history)) as { events: unknown[] };
  const lines = events.map((event) => JSON.stringify(anonymous(event)));
  const path = pathOf(scenario);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `{"workflow_id": "${workflow_id}", "history": {"events": [\n${lines.join(',\n')}\n]}}\n`,
  );
  return path.slice(FOLDER.length + 1);
}

function pathOf(scenario: string): string {
  return join(FOLDER, version(), `${scenario}.json`);
}

/** What names the machine that recorded, and what no replay reads. */
const LEFT_OUT = new Set([
  'identity',
  'requestId',
  'taskId',
  'stackTrace',
  'workerVersion',
  'meteringMetadata',
]);

function anonymous(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(anonymous);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name));
  const { normalName } = value as { normalName?: string };
  // The queue of one worker, named after its machine, has the name of the common one beside it.
  if (normalName) return { name: normalName };
  return Object.fromEntries(fields.map(([name, field]) => [name, anonymous(field)]));
}

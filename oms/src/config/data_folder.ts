import { join, resolve } from 'node:path';

const PROJECT = join(import.meta.dirname, '../../..');

/** The data folder and what the service keeps in it. */
export function dataFolder({ data_folder }: { data_folder: string }) {
  const path = resolve(PROJECT, data_folder);
  return {
    path,
    /** The embedded database, or a link to it. */
    postgres: join(path, 'postgres'),
    /** The orders' workflows, where Temporal carries them. */
    temporal: join(path, 'temporal.db'),
    api_key: join(path, 'api-key'),
    /** Where a run of reconcile keeps what it has read so far. */
    reconciliation: join(path, 'reconciliation'),
    /** Is there from before the sample orders' first request until the last of them has ended. */
    play_unfinished: join(path, 'sample-orders-unfinished'),
  };
}

export type DataFolder = ReturnType<typeof dataFolder>;

import { MemoryStore } from './database/memory.ts';
import type { Store } from './database/pool.ts';

export interface Stores {
  /** An empty store, in place of the one before. */
  fresh(): Promise<Store>;
  close(): Promise<void>;
}

const stores = {
  memory: async (): Promise<Stores> => ({ fresh: async () => new MemoryStore(), close: async () => {} }),
  // Loaded when it is wanted: it brings most of the service along.
  postgres: async () => (await import('./database/postgres.ts')).openPostgres(),
};

export type StoreName = keyof typeof stores;
export const storeNames = Object.keys(stores) as StoreName[];

export function openStore(name: StoreName): Promise<Stores> {
  return stores[name]();
}

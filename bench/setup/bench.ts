import type { BenchServer } from './server.ts';

/** What every part works with. */
export interface Bench {
  server: BenchServer;
  /** What is registered here is stopped at the end, however it comes. */
  stack: AsyncDisposableStack;
  /** Length of each measurement, where it was given. */
  seconds: number | undefined;
  connections: number;
  /** Settings of the service that differ from its own defaults, as environment variables. */
  settings: Record<string, string>;
  profile_folder: string | undefined;
  folder: string | undefined;
}

/** One figure. */
export interface Row {
  name: string;
  figure: string;
  aim?: string;
  is_met?: boolean;
}

export type Part = (bench: Bench) => Promise<Row[]>;

/** Says how far a figure is to be trusted. */
export function describeOthers(during: string, cores: number | undefined): Row {
  const figure = cores === undefined ? 'can be measured on Linux only' : `${cores.toFixed(2)} cores`;
  return { name: `Taken by other programs while ${during}`, figure };
}

export function progress(text: string): void {
  console.error(`${new Date().toTimeString().slice(0, 8)}  ${text}`);
}

import { OperatorError } from '../operator_error.ts';

/** What a server of any kind listens by. */
interface Listener {
  listen(where: { host: string; port: number }): Promise<string>;
}

/** The environment variables that choose address and port, for the advice. */
export interface ListenSettings {
  host: string;
  port: string;
}

/** @returns the server's address @throws OperatorError when it cannot listen there */
export async function listen(
  server: Listener,
  { host, port }: { host: string; port: number },
  settings: ListenSettings,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const advice = ADVICE[(cause as NodeJS.ErrnoException).code ?? '']?.({ host, port }, settings);
    throw advice ? new OperatorError(advice, { cause }) : cause;
  }
}

/** By the system's code for what went wrong. */
const ADVICE: Record<string, (where: { host: string; port: number }, settings: ListenSettings) => string> = {
  EADDRINUSE: ({ port }, settings) =>
    `Port ${port} is taken. Stop what uses it, or set ${settings.port}; 0 takes a free one.`,
  EACCES: ({ port }, settings) =>
    `Port ${port} is reserved for the system. Set ${settings.port} to one above 1023, or to 0 for a free one.`,
  EADDRNOTAVAIL: ({ host }, settings) =>
    `${host} is no address of this machine. Set ${settings.host} to one of its own, or to 0.0.0.0 for all.`,
  ENOTFOUND: ({ host }, settings) =>
    `${host} is no name of this machine. Set ${settings.host} to one of its addresses, or to 0.0.0.0 for all.`,
};

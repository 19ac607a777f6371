import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { currentFields } from './trace/scope.ts';

const STDERR = 2;

/**
 * A logger whose every line says what it was written for; on stderr, unless told otherwise. Programs get lines of JSON,
 * and people at a terminal get text.
 */
export function createLogger(level: string, destination: DestinationStream = standardError()): Logger {
  return pino({ level, mixin: () => ({ ...currentFields() }) }, destination);
}

function standardError(): DestinationStream {
  if (!process.stderr.isTTY) return pino.destination(STDERR);
  return pretty({ destination: STDERR, sync: true, ignore: 'pid,hostname' });
}

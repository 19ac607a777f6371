import pino, { type DestinationStream, type Logger } from 'pino';
import { currentFields } from './trace/scope.ts';

const STDERR = 2;

/** A logger whose every line says what it was written for; on stderr, unless told otherwise. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination(STDERR),
): Logger {
  return pino({ level, mixin: () => ({ ...currentFields() }) }, destination);
}

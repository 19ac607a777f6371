import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '../operator_error.ts';

/** Codes of the system and of PostgreSQL; Node's own (`ERR_…`) are of defects. */
const EXTERNAL_CODE = /^(?!ERR_)[A-Z0-9]+$/;

/**
 * What the operator reads when a program fails. A failure of the system or of another server has a code and says enough
 * by itself. Anything else is a defect: at a terminal its stack goes to a file, which the message names; elsewhere
 * the stack follows the message, because what a program writes there is its log.
 */
export function explainFailure(error: unknown, isTerminal = process.stderr.isTTY === true): string {
  if (error instanceof SuppressedError) {
    return `${explainFailure(error.suppressed, isTerminal)}\n${explainFailure(error.error, isTerminal)}`;
  }
  if (error instanceof AggregateError && error.errors.length > 0) {
    return explainFailure(error.errors[0], isTerminal);
  }
  if (!(error instanceof Error)) return String(error);
  if (error instanceof OperatorError) return error.message;
  const { code } = error as { code?: unknown };
  const [reason] = error.message.split('\n');
  if (EXTERNAL_CODE.test(String(code ?? ''))) return `It failed: ${reason} (${code}).`;
  const stack = error.stack ?? error.message;
  const file = isTerminal ? saveStack(stack) : undefined;
  if (file)
    return `It failed because of a defect: ${reason}\nPlease report it with the stack, which is in ${file}`;
  return `This is a defect; please report it with these lines.\n${stack}`;
}

/** @returns the file, if it can be written */
function saveStack(stack: string): string | undefined {
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'orderprocessing-')), 'defect.log');
    writeFileSync(file, `${stack}\n`, { mode: 0o600 });
    return file;
  } catch {
    return undefined;
  }
}

import { DELAY_MS_MAX, FAILURE_STATUSES, FAULT_KINDS, type Fault, OPERATION_NAMES } from './fault.ts';

export interface FieldError {
  field: string;
  message: string;
}

/** Every fault of the order at once, by field; an order without any is safe to use as a `Fault`. */
export function findFieldErrors(body: unknown): FieldError[] {
  if (!isRecord(body)) return [{ field: '', message: 'must be a JSON object' }];
  const errors: FieldError[] = [];
  const check = (field: string, valid: boolean, message: string) => {
    if (!valid) errors.push({ field, message });
  };
  for (const name of Object.keys(body))
    check(name, FIELDS.includes(name), `unknown field; known: ${FIELDS.join(', ')}`);

  const operations = ['*', ...OPERATION_NAMES];
  check(
    'operation',
    operations.includes(body.operation as string),
    `must be one of ${operations.join(', ')}`,
  );
  const kinds: readonly unknown[] = FAULT_KINDS;
  check('kind', kinds.includes(body.kind), `must be one of ${FAULT_KINDS.join(', ')}`);
  const kind = String(body.kind);

  if (body.times !== undefined) check('times', isInteger(body.times, 1, 1e9), 'must be a positive integer');
  if (body.delay_ms !== undefined) {
    check(
      'delay_ms',
      isInteger(body.delay_ms, 1, DELAY_MS_MAX),
      `must be an integer from 1 to ${DELAY_MS_MAX}`,
    );
    check('delay_ms', /^(slow|hang)/.test(kind), 'goes with the kinds slow, hang_before, hang_after');
  } else check('delay_ms', kind !== 'slow', 'is required for the kind slow');
  if (body.status !== undefined) {
    const statuses: readonly unknown[] = FAILURE_STATUSES;
    check('status', statuses.includes(body.status), `must be one of ${FAILURE_STATUSES.join(', ')}`);
    check('status', kind.startsWith('fail'), 'goes with the kinds fail_before, fail_after');
  }
  if (body.on !== undefined) errors.push(...findChoiceErrors(body.on));
  return errors;
}

const FIELDS: readonly string[] = [
  'operation',
  'kind',
  'on',
  'times',
  'delay_ms',
  'status',
] satisfies (keyof Fault)[];
const CHOICE_FIELDS = ['nth', 'first', 'share', 'seed', 'order_id'];

function findChoiceErrors(on: unknown): FieldError[] {
  if (!isRecord(on)) return [{ field: 'on', message: 'must be an object' }];
  const errors: FieldError[] = [];
  const check = (field: string, valid: boolean, message: string) => {
    if (!valid) errors.push({ field: `on.${field}`, message });
  };
  for (const name of Object.keys(on)) {
    check(name, CHOICE_FIELDS.includes(name), `unknown field; known: ${CHOICE_FIELDS.join(', ')}`);
  }
  if (on.nth !== undefined) {
    const valid = Array.isArray(on.nth) && on.nth.length > 0 && on.nth.length <= 100;
    check(
      'nth',
      valid && (on.nth as unknown[]).every((n) => isInteger(n, 1, 1e9)),
      'must be 1 to 100 positive integers',
    );
  }
  if (on.first !== undefined) check('first', isInteger(on.first, 1, 1e9), 'must be a positive integer');
  if (on.share !== undefined) {
    check(
      'share',
      typeof on.share === 'number' && on.share > 0 && on.share <= 1,
      'must be above 0 and at most 1',
    );
  }
  if (on.seed !== undefined)
    check('seed', isInteger(on.seed, 0, 2 ** 31 - 1), 'must be an integer from 0 to 2147483647');
  if (on.order_id !== undefined) {
    check('order_id', typeof on.order_id === 'string' && on.order_id !== '', 'must be a non-empty string');
  }
  const ways = ['nth', 'first', 'share'].filter((name) => on[name] !== undefined);
  check(ways[1] ?? 'nth', ways.length <= 1, 'only one of nth, first, share');
  check('seed', on.seed === undefined || on.share !== undefined, 'goes with share');
  return errors;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

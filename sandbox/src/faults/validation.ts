import { ANSWERS } from './answers.ts';
import {
  DELAY_MS_MAX,
  FAILURE_STATUSES,
  FAULT_KINDS,
  type Fault,
  OPERATION_NAMES,
  type OperationName,
  OUTCOMES,
  RETRY_AFTER_S_MAX,
} from './fault.ts';

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

  const oneOf = (field: string, names: readonly string[]) =>
    check(field, names.includes(body[field] as string), `must be one of ${names.join(', ')}`);
  oneOf('operation', ['*', ...OPERATION_NAMES]);
  oneOf('kind', FAULT_KINDS);
  const kind = String(body.kind);
  const isGiven = (field: string) => body[field] !== undefined;
  for (const [field, { kinds, required = [] }] of Object.entries(OPTIONS)) {
    if (isGiven(field)) check(field, kinds.includes(kind), `goes with the kinds ${kinds.join(', ')}`);
    else check(field, !required.includes(kind), `is required for the kind ${kind}`);
  }
  const integer = (field: string, most: number) =>
    isGiven(field) && check(field, isInteger(body[field], 1, most), `must be an integer from 1 to ${most}`);
  integer('times', 1e9);
  integer('delay_ms', DELAY_MS_MAX);
  integer('retry_after_s', RETRY_AFTER_S_MAX);
  if (isGiven('kept')) check('kept', typeof body.kept === 'boolean', 'must be true or false');
  if (isGiven('status')) {
    const statuses: readonly unknown[] = FAILURE_STATUSES;
    check('status', statuses.includes(body.status), `must be one of ${FAILURE_STATUSES.join(', ')}`);
  }
  if (isGiven('answer')) oneOf('answer', ANSWERS);
  if (isGiven('outcome')) {
    const outcomes = OUTCOMES[body.operation as OperationName] ?? [];
    check('outcome', outcomes.length > 0, `goes with the operations ${Object.keys(OUTCOMES).join(', ')}`);
    if (outcomes.length > 0) oneOf('outcome', outcomes);
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
  'retry_after_s',
  'kept',
  'answer',
  'outcome',
] satisfies (keyof Fault)[];

/** Which kinds a field goes with, and which need it. */
const OPTIONS: Record<string, { kinds: readonly string[]; required?: readonly string[] }> = {
  delay_ms: { kinds: ['slow', 'hang_before', 'hang_after', 'drip', 'outcome'], required: ['slow', 'drip'] },
  status: { kinds: ['fail_before', 'fail_after'] },
  retry_after_s: { kinds: ['fail_before', 'fail_after'] },
  kept: { kinds: ['fail_before', 'fail_after'] },
  answer: { kinds: ['answer', 'answer_unacted'], required: ['answer', 'answer_unacted'] },
  outcome: { kinds: ['outcome'], required: ['outcome'] },
};

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

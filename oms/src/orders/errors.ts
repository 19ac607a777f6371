import {
  codesOf,
  commonProblems,
  countFields,
  type FieldError,
  Problem,
  type ProblemKind,
} from '@oms/kit/http/problem.ts';

/** Problems of the order API, beside those that any service has. `docs/errors.md` describes each. */
export const orderProblems = {
  signature_wrong: { status: 401, title: 'Wrong signature' },
  agreed_price_not_allowed: { status: 403, title: 'Agreed price not allowed' },
  order_not_amendable: { status: 409, title: 'Order not amendable' },
  order_not_cancellable: { status: 409, title: 'Order not cancellable' },
  order_not_deletable: { status: 409, title: 'Order not deletable' },
  order_not_retryable: { status: 409, title: 'Order not retryable' },
  order_not_markable: { status: 409, title: 'Order not markable' },
  order_not_given_up: { status: 409, title: 'Order not given up' },
  mark_contradicted: { status: 409, title: 'Mark contradicted' },
  provider_unavailable: { status: 503, title: 'Provider unavailable' },
  unknown_sku: { status: 422, title: 'Unknown SKU' },
  unknown_customer: { status: 422, title: 'Unknown customer' },
  currency_mismatch: { status: 422, title: 'Currency mismatch' },
  total_out_of_range: { status: 422, title: 'Total out of range' },
  stock_limit_exceeded: { status: 422, title: 'Stock limit exceeded' },
  webhook_not_configured: { status: 503, title: 'Webhook not configured' },
} as const satisfies Record<string, ProblemKind>;

/** Every code that the service answers with. */
export const orderErrorCodes = codesOf(orderProblems, { without: ['too_many_requests'] });

export type OrderProblemCode = keyof typeof orderProblems;

type Options = { detail?: string; errors?: FieldError[]; cause?: unknown };

export function orderProblem(code: OrderProblemCode, options: Options = {}): Problem {
  return new Problem(code, orderProblems[code], options);
}

export function notFound(what: string): Problem {
  return new Problem('not_found', commonProblems.not_found, { detail: `There is no ${what}.` });
}

/** One problem for wrong fields of possibly several kinds; the first kind gives it its name. */
export function fieldProblem(errors: (FieldError & { code: OrderProblemCode })[]): Problem {
  const [first] = errors;
  const detail = countFields(errors.length, 'cannot be taken', 'cannot be taken');
  return orderProblem(first?.code ?? 'unknown_sku', { detail, errors });
}

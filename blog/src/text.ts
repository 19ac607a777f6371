import { commonProblem } from '@oms/kit/http/problem.ts';

/** @throws Problem for a text that would be stored otherwise than it was sent: one with half of a surrogate pair */
export function requireStorable(body: object): void {
  const errors = Object.entries(body)
    .filter(([, value]) => typeof value === 'string' && !value.isWellFormed())
    .map(([name]) => ({
      pointer: `/${name}`,
      code: 'text',
      detail: 'holds half of a surrogate pair, which is no character',
    }));
  if (errors.length === 0) return;
  throw commonProblem('invalid_request', { detail: `${errors.length} fields are wrong.`, errors });
}

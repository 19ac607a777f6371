import {
  codesOf,
  commonProblems,
  type FieldError,
  Problem,
  type ProblemKind,
} from '@oms/kit/http/problem.ts';

/** Problems of the blog, beside those that any service has. `docs/errors.md` describes each. */
export const blogProblems = {
  login_failed: { status: 401, title: 'Login failed' },
  not_the_author: { status: 403, title: 'Not the author' },
  registration_closed: { status: 403, title: 'Registration closed' },
  slug_taken: { status: 409, title: 'Slug taken' },
  username_taken: { status: 409, title: 'Username taken' },
} as const satisfies Record<string, ProblemKind>;

/** Every code that the service answers with. */
export const blogErrorCodes = codesOf(blogProblems, {
  without: ['changed_concurrently', 'idempotency_key_in_use'],
});

export type BlogProblemCode = keyof typeof blogProblems;

export function blogProblem(
  code: BlogProblemCode,
  options: { detail?: string; errors?: FieldError[]; cause?: unknown } = {},
): Problem {
  return new Problem(code, blogProblems[code], options);
}

export function notFound(what: string): Problem {
  return new Problem('not_found', commonProblems.not_found, { detail: `There is no ${what}.` });
}

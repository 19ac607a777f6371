/** What a kind of problem looks like to clients; `docs/errors.md` has a section for each code. */
export interface ProblemKind {
  status: number;
  title: string;
}

export interface FieldError {
  /** JSON pointer into the body, or the parameter, as in `query.limit`. */
  pointer: string;
  code: string;
  detail: string;
}

/** Problems that any HTTP service has. A service adds its own in its own catalogue. */
export const commonProblems = {
  invalid_request: { status: 400, title: 'Invalid request' },
  malformed_json: { status: 400, title: 'Malformed JSON' },
  malformed_request: { status: 400, title: 'Malformed request' },
  unauthenticated: { status: 401, title: 'Not authenticated' },
  not_found: { status: 404, title: 'Not found' },
  route_not_found: { status: 404, title: 'No such address' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'Request timeout' },
  changed_concurrently: { status: 409, title: 'Changed concurrently' },
  host_not_allowed: { status: 421, title: 'Host not allowed' },
  version_mismatch: { status: 412, title: 'Version mismatch' },
  body_too_large: { status: 413, title: 'Body too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  expectation_failed: { status: 417, title: 'Expectation failed' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  idempotency_key_in_use: { status: 409, title: 'Idempotency key in use' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'Headers too large' },
  unavailable: { status: 503, title: 'Unavailable' },
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, ProblemKind>;

export type CommonProblemCode = keyof typeof commonProblems;

/** The codes of a service: its own, and the common ones without those that nothing in it answers with. */
export function codesOf(
  own: Record<string, ProblemKind>,
  { without = [] }: { without?: readonly CommonProblemCode[] } = {},
): string[] {
  const common = Object.keys(commonProblems).filter((code) => !without.some((one) => one === code));
  return [...common, ...Object.keys(own)];
}

export const FIELD_ERRORS_MAX = 100;

/** How many fields have errors, in the words of `one` and `many`: "2 fields are wrong.", and how many of them are listed. */
export function countFields(count: number, one: string, many: string): string {
  if (count === 1) return `1 field ${one}.`;
  const listed = count > FIELD_ERRORS_MAX ? `; errors lists the first ${FIELD_ERRORS_MAX}` : '';
  return `${count} fields ${many}${listed}.`;
}

/** A field's part of a JSON pointer. */
export function pointerTo(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * An error that is told to the client as RFC 9457 `application/problem+json`. Everything else that is
 * thrown becomes `internal`, and its cause is logged and never sent.
 */
export class Problem extends Error {
  readonly code: string;
  readonly kind: ProblemKind;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly retry_after_s: number | undefined;

  constructor(
    code: string,
    kind: ProblemKind,
    options: { detail?: string; errors?: FieldError[]; retry_after_s?: number; cause?: unknown } = {},
  ) {
    super(options.detail ?? kind.title, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.kind = kind;
    this.detail = options.detail;
    this.errors = options.errors?.slice(0, FIELD_ERRORS_MAX);
    this.retry_after_s = options.retry_after_s;
  }

  /** The body on the wire. */
  toJSON() {
    return {
      type: `/errors#${this.code}`,
      title: this.kind.title,
      status: this.kind.status,
      code: this.code,
      ...(this.detail !== undefined && { detail: this.detail }),
      ...(this.errors !== undefined && { errors: this.errors }),
    };
  }
}

export function commonProblem(
  code: CommonProblemCode,
  options: ConstructorParameters<typeof Problem>[2] = {},
): Problem {
  return new Problem(code, commonProblems[code], options);
}

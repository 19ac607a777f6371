/**
 * How a step of an order can fail. `invalid` input never gets this far: it is refused at the door as a
 * Problem.
 *
 * - `declined`: business says no. Never tried again; what was done is taken back, the order is cancelled.
 * - `unavailable`: nothing has happened. Tried again under the step's policy.
 * - `unknown`: the request may have acted. The next try asks the provider first; an outcome that stays
 *   unknown needs a person.
 */
export type StepErrorKind = 'declined' | 'unavailable' | 'unknown';

/** Network failures before a request could reach anyone. */
export const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export type StepErrorOptions = Partial<Pick<StepError, 'not_asked' | 'is_outage'>> & {
  retry_after_ms?: number | undefined;
};

export class StepError extends Error {
  readonly kind: StepErrorKind;
  /** Stable; for a declined step the code of the order's cancellation. */
  readonly code: string;
  /** For people; holds nothing secret or internal. */
  readonly detail: string;
  /** How long the provider wants to be left alone (`Retry-After`), where it says so. */
  readonly retry_after_ms: number | undefined;
  /** Whether the provider is known to be away and was not asked, so that trying soon again is in vain. */
  readonly not_asked: boolean;
  /** Whether the provider is unavailable. An `unknown` error has this when only an earlier process may have acted. */
  readonly is_outage: boolean;

  constructor(
    kind: StepErrorKind,
    code: string,
    detail: string,
    cause?: unknown,
    { retry_after_ms, not_asked = false, is_outage = kind === 'unavailable' }: StepErrorOptions = {},
  ) {
    super(`${kind}: ${code}: ${detail}`, { cause });
    this.name = 'StepError';
    this.kind = kind;
    this.code = code;
    this.detail = detail;
    this.retry_after_ms = retry_after_ms;
    this.not_asked = not_asked;
    this.is_outage = is_outage;
  }
}

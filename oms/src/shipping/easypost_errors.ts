import { NEVER_SENT, StepError } from '../errors.ts';

/** What EasyPost's client throws, and the adapter's own errors. */
interface Failure {
  statusCode?: number;
  code?: string;
  retry_after_ms?: number;
}

/** Runs requests to EasyPost. @throws StepError instead of any other error */
export async function callEasyPost<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw error instanceof StepError ? error : toStepError(error);
  }
}

/** Runs what follows a change. That it is unavailable says nothing of the change, which may have taken effect. */
export async function afterChange<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const failure = error instanceof StepError ? error : toStepError(error);
    throw failure.kind === 'unavailable' ? unknown(failure.detail, error) : error;
  }
}

/** Whether EasyPost refused the request itself. What it did with an earlier one, this does not say. */
export function isRefusal(error: unknown): boolean {
  const { statusCode } = error as Failure;
  return REFUSALS.has(statusCode ?? 0);
}

const PAYMENT_REQUIRED = 402;
const NOT_FOUND = 404;
const REFUSALS = new Set([400, PAYMENT_REQUIRED, NOT_FOUND, 422]);

export function isNotFound(error: unknown): boolean {
  return (error as Failure).statusCode === NOT_FOUND;
}

/** What a refusal means for the parcel, in our own words: EasyPost's are for developers. */
export function refused(error: unknown): StepError {
  const { statusCode, code = '' } = error as Failure;
  if (statusCode === PAYMENT_REQUIRED) {
    return unavailable('The account with the carrier has no balance.', error);
  }
  const detail = code.startsWith('ADDRESS.')
    ? 'The carrier does not know this address.'
    : 'The carrier does not take this parcel.';
  return new StepError('declined', 'shipping_declined', detail, error);
}

/** Whether a refusal says what is wrong with the parcel, which does not change. https://docs.easypost.com/docs/errors */
export function namesReason(error: unknown): boolean {
  const { code = '' } = error as Failure;
  return /^(ADDRESS|PARCEL|RATE|SHIPMENT)\./.test(code) && code !== 'SHIPMENT.POSTAGE.EXISTS';
}

export function unknown(detail: string, cause: unknown): StepError {
  return new StepError('unknown', 'shipping_unavailable', detail, cause);
}

export function unavailable(detail: string, cause?: unknown): StepError {
  const { retry_after_ms } = (cause ?? {}) as Failure;
  return new StepError('unavailable', 'shipping_unavailable', detail, cause, { retry_after_ms });
}

/** https://docs.easypost.com/docs/errors: what each error says about whether the request took effect. */
function toStepError(error: unknown): StepError {
  const { statusCode = 0, code } = error as Failure;
  if (statusCode === 429 || statusCode === 503) return unavailable('The carrier is busy.', error);
  if (statusCode === 401 || statusCode === 403) return unavailable('The carrier refuses our key.', error);
  if (code !== undefined && NEVER_SENT.has(code)) return unavailable('The carrier cannot be reached.', error);
  return unknown('The carrier gave no answer that can be believed.', error);
}

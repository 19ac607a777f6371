import { type Answer, Refusal } from '../answer.ts';
import type { Protocol } from '../operation.ts';

export interface FieldError {
  field: string;
  message: string;
  suggestion?: string | null;
}

/** https://docs.easypost.com/docs/errors */
export function easypostError(
  status: number,
  code: string,
  message: string,
  errors: FieldError[] = [],
): Answer {
  return { status, body: { error: { code, message, errors } } };
}

export function unprocessable(code: string, message: string, errors: FieldError[] = []): Refusal {
  return new Refusal(easypostError(422, code, message, errors));
}

export function notFound(): Refusal {
  return new Refusal(easypostError(404, 'NOT_FOUND', 'The requested resource could not be found.'));
}

const FAILURES: Record<number, [code: string, message: string]> = {
  401: ['APIKEY.INACTIVE', 'This api key is no longer active.'],
  402: ['PAYMENT_REQUIRED', 'There are insufficient funds in the wallet to pay for this.'],
  403: ['FORBIDDEN', 'The account may not do this.'],
  404: ['NOT_FOUND', 'The requested resource could not be found.'],
  409: ['CONFLICT', 'Another request is at work on this object.'],
  422: ['UNPROCESSABLE_ENTITY', 'The request could not be processed.'],
  429: ['RATE_LIMITED', 'You are being rate limited.'],
  500: ['INTERNAL_SERVER_ERROR', 'We are sorry, an internal error occurred.'],
  503: ['SERVICE_UNAVAILABLE', 'The service is currently unavailable.'],
  504: ['GATEWAY_TIMEOUT', 'The carrier did not answer in time.'],
};

export const easypostProtocol: Protocol = {
  request_id_header: 'X-Ep-Request-Uuid',

  authorise(authorization = '') {
    const [scheme, value] = authorization.split(' ');
    if (scheme?.toLowerCase() === 'basic' && value) {
      if (Buffer.from(value, 'base64').toString('utf8').split(':')[0]) return;
    }
    throw new Refusal(
      easypostError(401, 'APIKEY.INACTIVE', 'This api key is no longer active or was not given.'),
    );
  },

  failure(status) {
    const [code, message] = FAILURES[status] ?? FAILURES[500]!;
    return easypostError(status, code, message);
  },
};

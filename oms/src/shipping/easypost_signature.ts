import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether EasyPost signed these bytes with the webhook's secret.
 * https://docs.easypost.com/guides/webhooks-guide#hmac-validation
 *
 * EasyPost's client has a check of its own, for bodies that JavaScript has parsed and written again: it gives every weight
 * a decimal point before it compares, and so refuses a body that was signed without one.
 * @param signature the header `X-Hmac-Signature`
 */
export function isSignedBy(secret: string, body: Buffer, signature: string): boolean {
  const digest = createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex');
  const expected = Buffer.from(`hmac-sha256-hex=${digest}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

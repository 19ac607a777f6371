import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadConfig } from './config.ts';

const OWN = {
  ORDERPROCESSING_SANDBOX: 'false',
  ORDERPROCESSING_STRIPE_KEY: 'sk_test_own',
  ORDERPROCESSING_EASYPOST_KEY: 'EZTKown',
};
const secretOf = (environment: Record<string, string>) => loadConfig(environment).easypost_webhook_secret;

describe('the secret of the carrier’s webhook', () => {
  it('has a default for the sandbox', () => {
    assert.ok(secretOf({}));
  });

  it('has none where the carrier is another, since everyone knows the default', () => {
    assert.equal(secretOf(OWN), undefined);
    assert.equal(secretOf({ ORDERPROCESSING_EASYPOST_URL: 'https://carrier.example.com' }), undefined);
    const known = secretOf({})!;
    assert.equal(secretOf({ ...OWN, ORDERPROCESSING_EASYPOST_WEBHOOK_SECRET: known }), undefined);
  });

  it('is the one that is set', () => {
    const secret = 'a-secret-of-ones-own';
    assert.equal(secretOf({ ...OWN, ORDERPROCESSING_EASYPOST_WEBHOOK_SECRET: secret }), secret);
  });
});

describe('the tracking of deliveries', () => {
  const track = (environment: Record<string, string>) => loadConfig(environment).track_deliveries;

  it('is on with Temporal, and off where each waiting workflow stays in memory', () => {
    assert.equal(track({}), false);
    assert.equal(track({ ORDERPROCESSING_ENGINE: 'temporal' }), true);
  });

  it('is as it is set', () => {
    assert.equal(track({ ORDERPROCESSING_TRACK_DELIVERIES: 'true' }), true);
    assert.equal(
      track({ ORDERPROCESSING_ENGINE: 'temporal', ORDERPROCESSING_TRACK_DELIVERIES: 'false' }),
      false,
    );
  });
});

describe('the currency of orders that name none', () => {
  it('is money in use, and what is wrong is said with the remedy', () => {
    assert.equal(loadConfig({ ORDERPROCESSING_CURRENCY: 'EUR' }).currency, 'EUR');
    const of = (text: string) => () => loadConfig({ ORDERPROCESSING_CURRENCY: text });
    assert.throws(of('eur'), /ORDERPROCESSING_CURRENCY "eur" is not an ISO 4217 code; write EUR/);
    assert.throws(of('XTS'), /ORDERPROCESSING_CURRENCY must be the ISO 4217 code of a currency in use/);
  });
});

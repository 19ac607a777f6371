import type { Mutation } from './mutation.ts';

const STRIPE = 'oms/src/payments/stripe.ts';
const STRIPE_ERRORS = 'oms/src/payments/stripe_errors.ts';
const STRIPE_RESPONSES = 'oms/src/payments/stripe_responses.ts';
const STRIPE_REFUND = 'oms/src/payments/stripe_refund.ts';
const EASYPOST = 'oms/src/shipping/easypost.ts';

/** What is believed of the providers, and asked of them. */
export const providerMutations: readonly Mutation[] = [
  {
    name: 'an authorisation has no idempotency key',
    file: STRIPE,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of code
    find: '{ idempotencyKey: number === 1 ? key : `${key}-${number}` },',
    put: '{},',
  },
  {
    name: 'a capture has no idempotency key',
    file: STRIPE,
    find: 'capture(intent_id, {}, { idempotencyKey })',
    put: 'capture(intent_id, {}, {})',
  },
  {
    name: 'a provider that did not answer counts as one that did not act',
    file: STRIPE_ERRORS,
    find: ": unknown('The payment provider did not answer.', error);",
    put: ": unavailable('The payment provider did not answer.', error);",
    tests: ['payments/stripe.test'],
  },
  {
    name: 'an authorisation of unknown outcome is not kept from acting later',
    file: STRIPE,
    find: '    const found = await this.#find(payment.order_id);\n    if (found) return { intent: found, was_used: true };',
    put: '    const found = await this.#find(payment.order_id);\n    if (!found) return { was_used: false };\n    if (found) return { intent: found, was_used: true };',
  },
  {
    name: 'an authorisation of unknown outcome is tried again without asking, under a key of its own',
    file: STRIPE,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of code
    find: '{ idempotencyKey: number === 1 ? key : `${key}-${number}` },',
    put: '{ idempotencyKey: key + randomUUID() },',
  },
  {
    name: 'money that was taken counts as voided',
    file: STRIPE,
    find: "if (intent.status === 'canceled') return { kind: 'voided', intent_id };",
    put: "if (intent.status) return { kind: 'voided', intent_id };",
  },
  {
    name: 'a capture counts whatever its status',
    file: STRIPE_RESPONSES,
    find: "if (found.status !== 'succeeded') return false;",
    put: '',
    tests: ['stripe_false'],
  },
  {
    name: 'the sum that a payment states is not compared',
    file: STRIPE_RESPONSES,
    find: "requireFacts('payment intent', found, { amount, currency: currency.toLowerCase() });",
    put: 'void [amount, currency];',
    tests: ['stripe_false'],
  },
  {
    name: 'the payment that a response names is not compared',
    file: STRIPE_RESPONSES,
    find: "requireFacts('payment intent', found, { id });",
    put: 'void id;',
    tests: ['stripe_false'],
  },
  {
    name: 'a cancel counts without its status',
    file: STRIPE,
    find: "return intent.status === 'canceled';",
    put: 'return true;',
    tests: ['stripe_false'],
  },
  {
    name: 'a refund counts that failed',
    file: STRIPE_REFUND,
    find: "return status === 'succeeded';",
    put: "return status === 'succeeded' || status === 'failed';",
    tests: ['stripe_false'],
  },
  {
    name: 'a refund counts that is pending',
    file: STRIPE_REFUND,
    find: "return status === 'succeeded';",
    put: "return status === 'succeeded' || status === 'pending';",
    tests: ['stripe_false'],
  },
  {
    name: 'a failed refund is asked for again under its own key',
    file: STRIPE_REFUND,
    find: 'failures === 0 ? key : ',
    put: 'failures >= 0 ? key : ',
    tests: ['stripe_false'],
  },
  {
    name: 'a card that is refused without its payment counts as declined',
    file: 'oms/src/payments/stripe_refusals.ts',
    find: 'return isProvenDecline(error.payment_intent, order_id);',
    put: 'return order_id.length > 0;',
    tests: ['stripe_false'],
  },
  {
    name: 'a parcel in doubt is given back without being bought first',
    file: EASYPOST,
    find: 'if (in_doubt) {',
    put: 'if (false as boolean) {',
  },
  {
    name: 'a refusal of the purchase that settles a doubt writes the parcel off',
    file: EASYPOST,
    find: 'if (!tracking_code && refusal && namesReason(refusal)) return;',
    put: 'if (refusal) return;',
    tests: ['easypost_false'],
  },
  {
    name: 'a carrier’s refund counts whatever its status',
    file: EASYPOST,
    find: 'return TAKEN_BACK.has(refund_status);',
    put: 'return refund_status !== null;',
    tests: ['easypost_false'],
  },
  {
    name: 'a failure that the key gives again is asked for with the same key for ever',
    file: STRIPE,
    find: `        return await this.#hold(payment, { read, number });
      } catch (error) {
        if (!isStoredFailure(error)) throw error;`,
    put: `        return await this.#hold(payment, { read, number });
      } catch (error) {
        if (isStoredFailure(error)) throw error;`,
    tests: ['simulation/lies'],
  },
  {
    name: 'an intent that was never confirmed is waited for',
    file: STRIPE,
    find: "new Set(['processing', 'requires_action']);",
    put: "new Set(['processing', 'requires_action', 'requires_confirmation']);",
    tests: ['simulation/lies'],
  },
  {
    name: 'the order that a parcel names is not compared when it is given back',
    file: EASYPOST,
    find: "requireFacts('shipment', shipment, { reference: purchase.order_id });",
    put: '',
    tests: ['easypost_false_responses'],
  },
  {
    name: 'a rate of another parcel is believed',
    file: EASYPOST,
    find: "for (const rate of shipment.rates) requireFacts('rate', rate, { shipment_id: shipment.id });",
    put: '',
    tests: ['simulation/lies'],
  },
  {
    name: 'any refusal of the purchase that settles a doubt counts as the carrier’s last word',
    file: EASYPOST,
    find: 'if (!tracking_code && refusal && namesReason(refusal)) return;',
    put: 'if (!tracking_code && refusal) return;',
    tests: ['simulation/lies'],
  },
];

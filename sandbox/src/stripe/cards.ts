/** How a test payment method ends. https://docs.stripe.com/testing#declined-payments */
export interface Decline {
  code: string;
  decline_code?: string;
  message: string;
}

export interface Card {
  brand: string;
  last4: string;
  decline?: Decline;
}

const declined = (decline_code: string, message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  decline_code,
  message,
});

const DECLINES: Record<string, Card> = {
  chargeDeclined: { brand: 'visa', last4: '0002', decline: declined('generic_decline') },
  chargeDeclinedInsufficientFunds: {
    brand: 'visa',
    last4: '9995',
    decline: declined('insufficient_funds', 'Your card has insufficient funds.'),
  },
  chargeDeclinedLostCard: { brand: 'visa', last4: '9987', decline: declined('lost_card') },
  chargeDeclinedStolenCard: { brand: 'visa', last4: '9979', decline: declined('stolen_card') },
  chargeDeclinedFraudulent: { brand: 'visa', last4: '0019', decline: declined('fraudulent') },
  chargeDeclinedVelocityLimitExceeded: {
    brand: 'visa',
    last4: '6975',
    decline: declined(
      'card_velocity_exceeded',
      'Your card was declined for making repeated attempts too frequently.',
    ),
  },
  chargeDeclinedExpiredCard: {
    brand: 'visa',
    last4: '0069',
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  chargeDeclinedIncorrectCvc: {
    brand: 'visa',
    last4: '0127',
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  chargeDeclinedProcessingError: {
    brand: 'visa',
    last4: '0119',
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
    },
  },
};

const SUCCESSES: Record<string, Card> = {
  visa: { brand: 'visa', last4: '4242' },
  visa_debit: { brand: 'visa', last4: '5556' },
  mastercard: { brand: 'mastercard', last4: '4444' },
  mastercard_debit: { brand: 'mastercard', last4: '8210' },
  amex: { brand: 'amex', last4: '8431' },
  discover: { brand: 'discover', last4: '9424' },
  diners: { brand: 'diners', last4: '0004' },
  jcb: { brand: 'jcb', last4: '0505' },
  unionpay: { brand: 'unionpay', last4: '0005' },
};

/** Stripe names its declining methods with and without the brand: `pm_card_[visa_]chargeDeclined`. */
export const CARDS: ReadonlyMap<string, Card> = new Map([
  ...Object.entries(SUCCESSES).map(([name, card]) => [`pm_card_${name}`, card] as const),
  ...Object.entries(DECLINES).flatMap(
    ([name, card]) =>
      [
        [`pm_card_${name}`, card],
        [`pm_card_visa_${name}`, card],
      ] as const,
  ),
]);

import pino from 'pino';
import type { Steps } from '../../src/engine/engine.ts';
import type { Journal } from '../../src/engine/journal.ts';
import { DEFAULT_OUTAGES, retryPolicies } from '../../src/engine/policies.ts';
import { SimulatedEngine } from '../../src/engine/simulated.ts';
import { Catalogue } from '../../src/inventory/catalogue.ts';
import { inventorySteps } from '../../src/inventory/steps.ts';
import type { AcceptContext } from '../../src/orders/accept.ts';
import type { AttentionContext } from '../../src/orders/attention.ts';
import { orderSteps } from '../../src/orders/steps.ts';
import { INVENTORY_FIRST } from '../../src/orders/workflow.ts';
import { ProviderHealth } from '../../src/outages/health.ts';
import { Reviver } from '../../src/outages/reviver.ts';
import { outageSteps } from '../../src/outages/steps.ts';
import { Relay } from '../../src/outbox/relay.ts';
import { Sweeper } from '../../src/outbox/sweep.ts';
import { paymentsByHand } from '../../src/payments/hand_work.ts';
import { paymentSteps } from '../../src/payments/steps.ts';
import { StripeProvider } from '../../src/payments/stripe.ts';
import { EasyPostCarrier } from '../../src/shipping/easypost.ts';
import { parcelsByHand } from '../../src/shipping/hand_work.ts';
import { shippingSteps } from '../../src/shipping/steps.ts';
import { workflows } from '../../src/workflows.ts';
import { type Store, simulatedPool } from './database/pool.ts';
import type { SimulatedEasyPost } from './providers/easypost.ts';
import type { SimulatedStripe } from './providers/stripe.ts';
import { CURRENCY, type Scenario } from './scenario.ts';
import type { Process, World } from './world.ts';

export interface ServiceParts {
  world: World;
  scenario: Scenario;
  store: Store;
  journal: Journal;
  stripe: SimulatedStripe;
  easypost: SimulatedEasyPost;
  /** How often the sweep had to start a workflow again or to ask for attention: what nothing but a loss needs. */
  rescued: number;
  wrapSteps?: ((steps: Steps) => Steps) | undefined;
}

/** One process of the service, wired as `context.ts` wires it, in the simulated world. */
export interface Service {
  context: AcceptContext;
  attention: AttentionContext;
  onOutbox(): void;
}

/** What the service asks of its engine. */
const FROM_OUTSIDE = new Set(['start', 'send', 'describe']);
const PRICES_MAX = 100;
const SWEEP_INTERVAL_MS = 30_000;
const RETRY_FIRST_DELAY_MS = 1_000;
const logger = pino({ level: 'silent' });

export function startService(parts: ServiceParts, process: Process): Service {
  const { world, scenario, store, journal } = parts;
  const pool = simulatedPool(world, process, store);
  const { reservation_time_to_live_ms, workflows_max } = scenario;
  const common = { first_delay_ms: RETRY_FIRST_DELAY_MS, logger };
  const payments = new ProviderHealth({
    provider: 'payment_provider',
    code: 'payment_unavailable',
    ...common,
  });
  const shipping = new ProviderHealth({ provider: 'carrier', code: 'shipping_unavailable', ...common });
  const stripe = new StripeProvider(parts.stripe.clientOf(process));
  const easypost = new EasyPostCarrier(parts.easypost.clientOf(process));
  const provider = scenario.is_guarded ? payments.guard(stripe) : stripe;
  const carrier = scenario.is_guarded ? shipping.guard(easypost) : easypost;
  const steps: Steps = {
    ...orderSteps({ pool, track_deliveries: false, logger }),
    ...outageSteps(pool),
    ...inventorySteps({ pool, reservation_time_to_live_ms }),
    ...paymentSteps({ pool, provider }),
    ...shippingSteps({ pool, carrier }),
  };
  const engine = new SimulatedEngine({
    ...{
      journal,
      workflows,
      steps: parts.wrapSteps?.(steps) ?? steps,
      workflows_max,
      policies: retryPolicies(RETRY_FIRST_DELAY_MS),
      outages: DEFAULT_OUTAGES,
    },
    // Some processes are of a release that holds the change of the workflow back.
    patches_held_back: world.chance.happens(0.4) ? [INVENTORY_FIRST] : [],
    onCapacity: () => relay.nudge(),
    async touch(what, workflow_id, effect) {
      const order = world.orderOf(workflow_id.slice('order-'.length));
      if (FROM_OUTSIDE.has(what) && world.isEngineAway()) throw new Error('the engine is away');
      return world.database(process, order, `engine: ${what}`, effect);
    },
  });
  const relay = new Relay({ pool, engine, logger });
  const onOutbox = () => relay.nudge();
  const sweeper = new Sweeper({ pool, engine, logger, onOutbox });

  async function sweepAlways() {
    for (;;) {
      await world.pass(process, SWEEP_INTERVAL_MS);
      const swept = await sweeper.sweep().catch(() => undefined);
      if (swept) parts.rescued += swept.restarted + swept.asked_for_attention;
    }
  }
  void engine.launch();
  relay.start();
  void sweepAlways();
  for (const health of [payments, shipping]) new Reviver({ pool, health, onOutbox, ...common }).start();
  const by_hand = { payments: paymentsByHand(provider), parcels: parcelsByHand(carrier) };
  return {
    attention: { pool, by_hand },
    context: { pool, catalogue: new Catalogue(pool, PRICES_MAX), currency: CURRENCY },
    onOutbox,
  };
}

import http from 'node:http';
import https from 'node:https';
import easypost from '@easypost/api';
import { outgoingHeaders } from '@oms/kit/trace/scope.ts';
import { NEVER_SENT, StepError } from '../errors.ts';
import type { Address } from '../generated/contract/types.gen.ts';
import type { Carrier, Offer, ParcelRecord } from './carrier.ts';
import { toNews } from './easypost_news.ts';
import type { News } from './news.ts';

export interface EasyPostOptions {
  key: string;
  /** Where EasyPost's API is, when it is not at its own address. */
  url: string | undefined;
  timeout_ms: number;
}

// The catalogue knows no weights and no shop address yet: every order goes out as one standard parcel
// from one warehouse. Weight in ounces, lengths in inches, as EasyPost counts.
const PARCEL = { weight: 35.2, length: 16, width: 12, height: 8 };
const WAREHOUSE = {
  name: 'Warehouse',
  street1: '1 Dock Road',
  city: 'London',
  zip: 'E16 1AA',
  country: 'GB',
  phone: '+442079460000',
};

// The package's types describe its CommonJS shape, where the class is `default`; as a module it is the class.
const EasyPost = easypost as unknown as typeof easypost.default;

/** The part of EasyPost's client that is used. */
export type EasyPostClient = Pick<InstanceType<typeof EasyPost>, 'Shipment'>;

export function connectEasyPost({ key, url, timeout_ms }: EasyPostOptions): EasyPostClient {
  const agent = new (url?.startsWith('http:') ? http : https).Agent({ keepAlive: true });
  return new EasyPost(key, {
    ...(url && { baseUrl: `${url}/v2/` }),
    // The client's own option for a time-out is not applied to its requests, and it would open a
    // connection for each of them.
    // biome-ignore lint/suspicious/noExplicitAny: superagent's request, which the client does not export
    requestMiddleware: (request: any) =>
      request.agent(agent).timeout({ response: timeout_ms, deadline: timeout_ms }).set(outgoingHeaders()),
  });
}

/** Parcels by EasyPost, which talks to the carriers. */
export class EasyPostCarrier implements Carrier {
  readonly #client: EasyPostClient;

  constructor(client: EasyPostClient) {
    this.#client = client;
  }

  async offer({ order_id, address }: { order_id: string; address: Address }): Promise<Offer> {
    return call(async () => {
      const shipment = await this.#client.Shipment.create({
        reference: order_id,
        to_address: toAddress(address),
        from_address: WAREHOUSE,
        parcel: PARCEL,
      });
      const [rate] = shipment.rates.toSorted((one, other) => Number(one.rate) - Number(other.rate));
      if (!rate) throw new StepError('declined', 'shipping_declined', 'No carrier serves this address.');
      return { provider_id: shipment.id, rate_id: rate.id, carrier: rate.carrier, service: rate.service };
    });
  }

  async buy({ provider_id, rate_id }: Purchase, { ask_first }: { ask_first: boolean }) {
    return call(async () => {
      const bought = ask_first ? await this.#client.Shipment.retrieve(provider_id) : undefined;
      if (bought?.tracking_code) return { tracking_code: bought.tracking_code };
      return { tracking_code: await this.#buyOnce(provider_id, rate_id) };
    });
  }

  /** A parcel can be bought only once, so one that may yet be bought is bought now, and then given back. */
  async giveBack({ provider_id, rate_id }: Purchase, { in_doubt }: { in_doubt: boolean }): Promise<void> {
    await call(async () => {
      if (in_doubt) {
        try {
          await this.#buyOnce(provider_id, rate_id);
        } catch (error) {
          if (toStepError(error).kind === 'declined') return;
          throw error;
        }
      }
      const shipment = await this.#client.Shipment.retrieve(provider_id);
      if (TAKEN_BACK.has(shipment.refund_status)) return;
      const { refund_status } = await this.#client.Shipment.refund(provider_id);
      if (TAKEN_BACK.has(refund_status)) return;
      const detail = `The carrier does not take the parcel back: its refund is ${refund_status}.`;
      throw new StepError('declined', 'shipping_declined', detail);
    });
  }

  async track({ provider_id }: Pick<Offer, 'provider_id'>): Promise<News> {
    return call(async () => {
      const { tracker } = await this.#client.Shipment.retrieve(provider_id);
      return toNews({ ...tracker, shipment_id: provider_id });
    });
  }

  async inspect(order_id: string, provider_ids: readonly string[]): Promise<ParcelRecord[]> {
    return call(async () => {
      // EasyPost takes our reference in place of its id.
      const found = await Promise.all([...provider_ids, order_id].map((name) => this.#find(name)));
      const records = found.filter((record) => record !== undefined);
      return [...new Map(records.map((record) => [record.id, record])).values()];
    });
  }

  async #find(name: string): Promise<ParcelRecord | undefined> {
    try {
      return toRecord(await this.#client.Shipment.retrieve(name));
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }

  async #buyOnce(provider_id: string, rate_id: string): Promise<string> {
    try {
      const shipment = await this.#client.Shipment.buy(provider_id, rate_id);
      return shipment.tracking_code;
    } catch (error) {
      if ((error as { code?: string }).code !== 'SHIPMENT.POSTAGE.EXISTS') throw error;
      return (await this.#client.Shipment.retrieve(provider_id)).tracking_code;
    }
  }
}

function toRecord(shipment: Shipment): ParcelRecord {
  const { id, selected_rate, tracking_code, refund_status } = shipment;
  const status = TAKEN_BACK.has(refund_status) ? 'given_back' : tracking_code ? 'live' : 'offered';
  return {
    id,
    status,
    rate_id: selected_rate?.id ?? null,
    carrier: selected_rate?.carrier ?? null,
    service: selected_rate?.service ?? null,
    tracking_code: tracking_code ?? null,
  };
}

type Shipment = Awaited<ReturnType<InstanceType<typeof EasyPost>['Shipment']['retrieve']>>;
type Purchase = Pick<Offer, 'provider_id' | 'rate_id'>;

function toAddress(address: Address) {
  const { name, company, line1, line2, city, region, postal_code, country, phone } = address;
  const street = { street1: line1, street2: line2 ?? '' };
  return { name, company, ...street, city, state: region ?? '', zip: postal_code ?? '', country, phone };
}

async function call<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw toStepError(error);
  }
}

// https://docs.easypost.com/docs/shipments/refunds: a refund that was rejected may be asked for again.
const TAKEN_BACK = new Set<unknown>(['submitted', 'refunded']);

/** https://docs.easypost.com/docs/errors: what each error says about whether the request acted. */
function toStepError(error: unknown): StepError {
  if (error instanceof StepError) return error;
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (statusCode === 429 || statusCode === 503) return unavailable('The carrier is busy.', error);
  if (statusCode === 401 || statusCode === 403) return unavailable('The carrier refuses our key.', error);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 408) {
    return new StepError(
      'declined',
      'shipping_declined',
      `The carrier refuses the parcel: ${message}`,
      error,
    );
  }
  if (code !== undefined && NEVER_SENT.has(code)) return unavailable('The carrier cannot be reached.', error);
  return new StepError('unknown', 'shipping_unavailable', 'The carrier did not answer.', error);
}

function unavailable(detail: string, cause: unknown): StepError {
  return new StepError('unavailable', 'shipping_unavailable', detail, cause);
}

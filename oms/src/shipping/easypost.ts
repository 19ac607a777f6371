import { requireFacts, UnprovenResponse } from '@oms/kit/http_client/response.ts';
import { StepError } from '../errors.ts';
import type { Address } from '../generated/contract/types.gen.ts';
import type { Carrier, Offer, ParcelRecord, Purchase } from './carrier.ts';
import type { EasyPostClient } from './easypost_client.ts';
import {
  afterChange,
  callEasyPost,
  isNotFound,
  isRefusal,
  namesReason,
  refused,
  unavailable,
  unknown,
} from './easypost_errors.ts';
import { toNews } from './easypost_news.ts';
import { readShipment, readShipmentOf, type Shipment, trackingCodeOf } from './easypost_responses.ts';
import type { News } from './news.ts';

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

/**
 * Parcels by EasyPost, which talks to the carriers.
 *
 * A response counts only when it states the fact that was asked for: this parcel, this rate, its tracking code. After any
 * other response the parcel is read, and the record alone decides.
 */
export class EasyPostCarrier implements Carrier {
  readonly #client: EasyPostClient;

  constructor(client: EasyPostClient) {
    this.#client = client;
  }

  async offer({ order_id, address }: { order_id: string; address: Address }): Promise<Offer> {
    return callEasyPost(async () => {
      const { id, rates } = await this.#create(order_id, address);
      const [rate] = rates.toSorted((one, other) => Number(one.rate) - Number(other.rate));
      if (!rate) throw new StepError('declined', 'shipping_declined', 'No carrier serves this address.');
      return { provider_id: id, rate_id: rate.id, carrier: rate.carrier, service: rate.service };
    });
  }

  async buy(purchase: Purchase, { ask_first }: { ask_first: boolean }) {
    return callEasyPost(async () => {
      const bought = ask_first ? trackingCodeOf(await this.#retrieve(purchase.provider_id)) : undefined;
      if (bought) return { tracking_code: bought };
      const { tracking_code, refusal } = await this.#buyOnce(purchase);
      if (tracking_code) return { tracking_code };
      throw refusal ? refused(refusal) : unavailable('The carrier has not sold the parcel.');
    });
  }

  /** A parcel can be bought only once, so one that may yet be bought is bought now, and then given back. */
  async giveBack(purchase: Purchase, { in_doubt }: { in_doubt: boolean }): Promise<void> {
    await callEasyPost(async () => {
      const { provider_id } = purchase;
      if (in_doubt) {
        const { tracking_code, refusal } = await this.#buyOnce(purchase);
        // A purchase that comes late is of the same parcel at the same rate, and refused for the same reason.
        if (!tracking_code && refusal && namesReason(refusal)) return;
        if (!tracking_code)
          throw refusal ? refused(refusal) : unavailable('The carrier has not sold the parcel.');
      }
      if (isTakenBack(await this.#retrieve(provider_id))) return;
      const isProven = await this.#states(
        () => this.#client.Shipment.refund(provider_id),
        (response) => {
          const shipment = readShipmentOf(response, provider_id);
          requireFacts('shipment', shipment, { reference: purchase.order_id });
          return isTakenBack(shipment);
        },
      );
      if (isProven) return;
      const shipment = await this.#retrieve(provider_id);
      if (isTakenBack(shipment)) return;
      const detail = `The carrier does not take the parcel back: its refund is ${shipment.refund_status ?? 'not begun'}.`;
      throw new StepError('declined', 'shipping_declined', detail);
    });
  }

  async track({ provider_id }: Pick<Offer, 'provider_id'>): Promise<News> {
    return callEasyPost(async () => {
      const { tracker } = await this.#retrieve(provider_id);
      if (!tracker) throw unknown('The carrier does not track the parcel.', undefined);
      return toNews({ ...tracker, shipment_id: provider_id });
    });
  }

  async inspect(order_id: string, provider_ids: readonly string[]): Promise<ParcelRecord[]> {
    return callEasyPost(async () => {
      // EasyPost takes our reference in place of its id.
      const found = await Promise.all([...provider_ids, order_id].map((name) => this.#find(name)));
      const records = found.filter((record) => record !== undefined).map(toRecord);
      return [...new Map(records.map((record) => [record.id, record])).values()];
    });
  }

  async #create(order_id: string, address: Address): Promise<Shipment> {
    try {
      const response = await this.#client.Shipment.create({
        reference: order_id,
        to_address: toAddress(address),
        from_address: WAREHOUSE,
        parcel: PARCEL,
      });
      const shipment = readShipment(response);
      requireFacts('shipment', shipment, { reference: order_id });
      for (const rate of shipment.rates) requireFacts('rate', rate, { shipment_id: shipment.id });
      return shipment;
    } catch (error) {
      throw isRefusal(error) ? refused(error) : error;
    }
  }

  /**
   * Buys the parcel unless it has been bought.
   * @returns its tracking code, by the response or by the record; without one the refusal, if there was one
   */
  async #buyOnce({ order_id, provider_id, rate_id }: Purchase) {
    let refusal: unknown;
    try {
      const shipment = readShipmentOf(await this.#client.Shipment.buy(provider_id, rate_id), provider_id);
      requireFacts('shipment', shipment, { reference: order_id });
      requireFacts('rate of the shipment', shipment.selected_rate ?? { id: null }, { id: rate_id });
      const tracking_code = trackingCodeOf(shipment);
      if (tracking_code) return { tracking_code };
    } catch (error) {
      if (isRefusal(error)) refusal = error;
      else if (!(error instanceof UnprovenResponse)) throw error;
    }
    const shipment = await afterChange(() => this.#retrieve(provider_id));
    return { tracking_code: trackingCodeOf(shipment), refusal };
  }

  /** Whether the response to a change states its fact. Of one that was refused, the record is to be read. */
  async #states(change: () => Promise<unknown>, states: (response: unknown) => boolean): Promise<boolean> {
    try {
      return states(await change());
    } catch (error) {
      if (isRefusal(error) || error instanceof UnprovenResponse) return false;
      throw error;
    }
  }

  /** A read that is refused says nothing about the parcel. */
  async #retrieve(provider_id: string): Promise<Shipment> {
    try {
      return readShipmentOf(await this.#client.Shipment.retrieve(provider_id), provider_id);
    } catch (error) {
      throw isRefusal(error) ? unknown('The carrier cannot be asked.', error) : error;
    }
  }

  /** By the id or by the reference; undefined when EasyPost has no such parcel. */
  async #find(name: string): Promise<Shipment | undefined> {
    try {
      const shipment = readShipment(await this.#client.Shipment.retrieve(name));
      if (shipment.id !== name) requireFacts('shipment', shipment, { reference: name });
      return shipment;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw isRefusal(error) ? unknown('The carrier cannot be asked.', error) : error;
    }
  }
}

// https://docs.easypost.com/docs/shipments/refunds: a refund that was rejected may be asked for again.
const TAKEN_BACK = new Set<unknown>(['submitted', 'refunded']);

function isTakenBack({ refund_status }: Shipment): boolean {
  return TAKEN_BACK.has(refund_status);
}

function toRecord(shipment: Shipment): ParcelRecord {
  const { id, selected_rate } = shipment;
  const tracking_code = trackingCodeOf(shipment) ?? null;
  return {
    id,
    status: isTakenBack(shipment) ? 'given_back' : tracking_code ? 'live' : 'offered',
    rate_id: selected_rate?.id ?? null,
    carrier: selected_rate?.carrier ?? null,
    service: selected_rate?.service ?? null,
    tracking_code,
  };
}

function toAddress(address: Address) {
  const { name, company, line1, line2, city, region, postal_code, country, phone } = address;
  const street = { street1: line1, street2: line2 ?? '' };
  return { name, company, ...street, city, state: region ?? '', zip: postal_code ?? '', country, phone };
}

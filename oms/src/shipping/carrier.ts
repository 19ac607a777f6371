import type { Address, ParcelRecord, ParcelRecords } from '../generated/contract/types.gen.ts';
import type { News } from './news.ts';

export type { ParcelRecord, ParcelRecords };

/** What the service needs of a carrier. Every method may throw a `StepError` of any kind. */
export interface Carrier {
  /** Asks what a parcel to this address costs; binds nobody. @throws StepError `declined` for a bad address */
  offer(parcel: { order_id: string; address: Address }): Promise<Offer>;
  /** Buys the parcel that was offered; buying it twice buys it once. */
  buy(purchase: Purchase, options: { ask_first: boolean }): Promise<{ tracking_code: string }>;
  /**
   * Takes the parcel back and makes sure that a purchase still on its way cannot go through later.
   * @param in_doubt whether it is not known that the parcel was bought
   */
  giveBack(purchase: Purchase, options: { in_doubt: boolean }): Promise<void>;
  /** Asks where a bought parcel is. */
  track(offer: Pick<Offer, 'provider_id'>): Promise<News>;
  /** What there is of an order's parcels, found by its id and by theirs; changes nothing. */
  inspect(order_id: string, provider_ids: readonly string[]): Promise<ParcelRecord[]>;
}

export interface Offer {
  /** The carrier's id of the parcel. */
  provider_id: string;
  rate_id: string;
  carrier: string;
  service: string;
}

/** A parcel that is bought, or was, for an order. */
export interface Purchase extends Pick<Offer, 'provider_id' | 'rate_id'> {
  order_id: string;
}

import { StepError } from '../errors.ts';
import { contradicted, type HandWork, type Mark } from '../orders/hand_work.ts';
import type { StepOrder } from '../orders/store.ts';
import type { Carrier, ParcelRecord, ParcelRecords } from './carrier.ts';
import { recordGivenBack } from './record.ts';
import { adoptParcel, recordBooked } from './shipping.queries.ts';

/** What a person can do at the carrier in place of a step. */
export function parcelsByHand(carrier: Carrier): HandWork<ParcelRecords> {
  return {
    look: (order) => lookAtParcels(carrier, order),
    marks: { arrange_shipping: markBooked, cancel_shipping: markGivenBack },
  };
}

async function lookAtParcels(carrier: Carrier, order: StepOrder): Promise<ParcelRecords> {
  try {
    const parcels = await carrier.inspect(order.id, order.shipment ? [order.shipment.provider_id] : []);
    return { reachable: true, detail: null, parcels };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { reachable: false, detail: error.detail, parcels: [] };
  }
}

function markBooked({ id: order_id, stage: from }: StepOrder, { parcels }: ParcelRecords): Mark {
  const [only, ...more] = parcels.filter(({ status }) => status === 'live');
  if (!only) {
    const hint = `A parcel booked by hand is found by its reference: ${order_id}.`;
    throw contradicted(`The carrier has no live parcel of this order. ${hint}`);
  }
  if (more.length > 0) {
    throw contradicted(`There must be one parcel: ${[only, ...more].map(describe).join(' ')}`);
  }
  const { id: provider_id, tracking_code, carrier, service } = only;
  const rate_id = only.rate_id ?? '';
  return {
    says: `Write that the parcel is booked as ${provider_id}, ${tracking_code}.`,
    async write(client) {
      await adoptParcel.run({ order_id, provider_id, rate_id, carrier, service }, client);
      await recordBooked.run({ order_id, from, tracking_code: tracking_code ?? '' }, client);
    },
  };
}

function markGivenBack({ id: order_id, shipment }: StepOrder, { parcels }: ParcelRecords): Mark {
  if (!shipment) throw contradicted('The order has no parcel; retry the step.');
  const live = parcels.filter(({ status }) => status === 'live');
  if (live.length > 0) throw contradicted(`${live.map(describe).join(' ')} It is not given back.`);
  const own = parcels.find(({ id }) => id === shipment.provider_id);
  if (own?.status === 'offered') {
    throw contradicted(`${describe(own)} It may yet be bought; retry finishes that and gives it back.`);
  }
  return {
    says: `Write that the parcel ${shipment.provider_id} is given back.`,
    write: (client) => recordGivenBack(client, order_id),
  };
}

function describe({ id, status, tracking_code }: ParcelRecord): string {
  return `Parcel ${id}${tracking_code ? `, ${tracking_code},` : ''} is ${status.replace('_', ' ')}.`;
}

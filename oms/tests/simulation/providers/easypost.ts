import type { EasyPostClient } from '../../../src/shipping/easypost.ts';
import type { Parcel } from '../../../src/verify/providers.ts';
import type { Process, World } from '../world.ts';
import { type Failures, Wire } from './wire.ts';

interface ShipmentRow {
  id: string;
  reference: string;
  tracking_code: string | null;
  refund_status: 'submitted' | null;
}

const failures: Failures = {
  status: (status) => refusal(status, undefined, `answered ${status}`),
  network: (code) => Object.assign(new Error(code), { code }),
};

/** EasyPost as the sandbox has it, in memory: a parcel is bought once, and given back once. */
export class SimulatedEasyPost {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #shipments = new Map<string, ShipmentRow>();

  constructor(world: World) {
    this.#world = world;
    this.#wire = new Wire(world, 'easypost', failures);
  }

  /** The client of one process. */
  clientOf(process: Process): EasyPostClient {
    const send = <Result extends object>(operation: string, order_id: string, act: () => Result) =>
      this.#wire.request(process, {
        ...{ operation, order: this.#world.orderOf(order_id), act },
        describe: (result) =>
          Object.values(result)
            .filter((value) => typeof value === 'string')
            .join(' '),
      });
    const orderOf = (id: string) => this.#shipments.get(id)?.reference ?? '';
    const Shipment = {
      create: (given: { reference: string; to_address: { country: string } }) =>
        send('shipments.create', given.reference, () => this.#create(given)),
      retrieve: (id: string) => send('shipments.retrieve', orderOf(id), () => ({ ...this.#find(id) })),
      buy: (id: string) => send('shipments.buy', orderOf(id), () => this.#buy(id)),
      refund: (id: string) => send('shipments.refund', orderOf(id), () => this.#refund(id)),
    };
    return { Shipment } as unknown as EasyPostClient;
  }

  /** The carrier's own list of live parcels, by the order's id. */
  list(): Map<string, Parcel[]> {
    const live = [...this.#shipments.values()].filter(
      ({ tracking_code, refund_status }) => tracking_code !== null && refund_status === null,
    );
    const toParcel = ({ id, tracking_code }: ShipmentRow) => ({ id, tracking_code: tracking_code! });
    return new Map(
      [...Map.groupBy(live, ({ reference }) => reference)].map(([id, of]) => [id, of.map(toParcel)]),
    );
  }

  #create({ reference, to_address }: { reference: string; to_address: { country: string } }) {
    if (to_address.country === 'XX')
      throw refusal(422, 'ADDRESS.VERIFY.FAILURE', 'Unable to verify address.');
    const id = `shp_${this.#shipments.size + 1}`;
    this.#shipments.set(id, { id, reference, tracking_code: null, refund_status: null });
    return { id, rates: [{ id: `rate_${id}`, rate: '8.73', carrier: 'USPS', service: 'GroundAdvantage' }] };
  }

  #buy(id: string): ShipmentRow {
    const shipment = this.#find(id);
    if (shipment.tracking_code !== null) {
      throw refusal(422, 'SHIPMENT.POSTAGE.EXISTS', 'Postage already exists for this shipment.');
    }
    shipment.tracking_code = `TRACK-${id}`;
    return { ...shipment };
  }

  #refund(id: string): ShipmentRow {
    const shipment = this.#find(id);
    if (shipment.tracking_code === null || shipment.refund_status !== null) {
      throw refusal(422, 'SHIPMENT.REFUND.UNAVAILABLE', 'Unable to request refund.');
    }
    shipment.refund_status = 'submitted';
    return { ...shipment };
  }

  #find(id: string): ShipmentRow {
    const shipment = this.#shipments.get(id);
    if (!shipment) throw refusal(404, 'NOT_FOUND', 'The requested resource could not be found.');
    return shipment;
  }
}

function refusal(statusCode: number, code: string | undefined, message: string): Error {
  return Object.assign(new Error(message), { statusCode, ...(code && { code }) });
}

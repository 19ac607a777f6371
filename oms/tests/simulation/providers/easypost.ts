import { easypostError, easypostProtocol } from '../../../../sandbox/src/easypost/errors.ts';
import { rateIndexOf } from '../../../../sandbox/src/easypost/rates.ts';
import { isRefunded, type ShipmentRow, toShipment } from '../../../../sandbox/src/easypost/shipment.ts';
import type { EasyPostClient } from '../../../src/shipping/easypost_client.ts';
import type { Parcel } from '../../../src/verify/providers.ts';
import type { Process, World } from '../world.ts';
import { type Failures, type Instead, Wire } from './wire.ts';

/** What EasyPost's client makes of failures. */
const failures: Failures = {
  status: (status) => toError(easypostProtocol.failure(status)),
  network: (code) => Object.assign(new Error(code), { code }),
  unreadable(body) {
    if (body === 'truncated')
      throw Object.assign(new SyntaxError('Unexpected end of JSON input'), { statusCode: 200 });
    return body === 'html' ? {} : body === 'empty' ? '' : null;
  },
};

/** EasyPost as the sandbox has it, in memory: a parcel is bought once, and given back once. */
export class SimulatedEasyPost {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #shipments = new Map<string, ShipmentRow>();
  #ids = 0;

  constructor(world: World) {
    this.#world = world;
    this.#wire = new Wire(world, 'easypost', failures);
  }

  /** The client of one process. */
  clientOf(process: Process): EasyPostClient {
    const send = (operation: string, order_id: string, act: (instead?: Instead) => object) =>
      this.#wire.request(process, {
        operation,
        order: this.#world.orderOf(order_id),
        act,
        describe,
        rehearse: () => this.#rehearse(order_id, act),
      });
    const orderOf = (name: string) => this.#shipments.get(name)?.reference ?? name;
    const Shipment = {
      create: (given: Given) => send('shipments.create', given.reference, () => this.#create(given)),
      retrieve: (name: string) =>
        send('shipments.retrieve', orderOf(name), () => toShipment(this.#find(name))),
      buy: (id: string, rate_id: string) =>
        send('shipments.buy', orderOf(id), (instead) => this.#buy(id, rate_id, instead)),
      refund: (id: string) => send('shipments.refund', orderOf(id), (instead) => this.#refund(id, instead)),
    };
    return { Shipment } as unknown as EasyPostClient;
  }

  /** The carrier's own list of live parcels, by the order's id. */
  list(): Map<string, Parcel[]> {
    const live = [...this.#shipments.values()].filter(isLive);
    const toParcel = (row: ShipmentRow): Parcel => {
      const { id, tracking_code } = toShipment(row) as Parcel;
      return { id, tracking_code };
    };
    return new Map(
      [...Map.groupBy(live, ({ reference }) => reference!)].map(([id, of]) => [id, of.map(toParcel)]),
    );
  }

  /** What an act would answer; what it changes of the order's parcels is undone. */
  #rehearse(order_id: string, act: () => object): object {
    const own = () => [...this.#shipments.values()].filter(({ reference }) => reference === order_id);
    const before = own().map((row) => [row, structuredClone(row)] as const);
    try {
      return act();
    } finally {
      for (const row of own()) this.#shipments.delete(row.id);
      for (const [row, copy] of before) this.#shipments.set(row.id, Object.assign(row, copy));
    }
  }

  #create({ reference, to_address, from_address, parcel }: Given): object {
    if (to_address.zip === '00000') throw refusal('ADDRESS.VERIFY.FAILURE', 'Unable to verify address.');
    const row: ShipmentRow = {
      id: `shp_${++this.#ids}`,
      reference,
      to_address,
      from_address,
      parcel,
      options: {},
      created_ms: this.#world.clock.now_ms,
      rate_index: null,
      bought_ms: null,
      refund_status: null,
      refunded_ms: null,
      scans: [],
    };
    this.#shipments.set(row.id, row);
    return toShipment(row);
  }

  #buy(id: string, rate_id: string, instead: Instead | undefined): object {
    const row = this.#find(id);
    if (row.bought_ms !== null) {
      throw refusal('SHIPMENT.POSTAGE.EXISTS', 'Postage already exists for this shipment.');
    }
    const rate_index = rateIndexOf(id, rate_id);
    if (rate_index === undefined)
      throw refusal('SHIPMENT.RATES.UNAVAILABLE', 'The rate is of another shipment.');
    if (!instead) Object.assign(row, { rate_index, bought_ms: this.#world.clock.now_ms });
    return toShipment(row);
  }

  #refund(id: string, instead: Instead | undefined): object {
    const row = this.#find(id);
    if (!isLive(row)) throw refusal('SHIPMENT.REFUND.UNAVAILABLE', 'Unable to request refund.');
    const status = instead?.outcome ?? 'submitted';
    if (status !== 'unchanged') row.refund_status = status as ShipmentRow['refund_status'];
    return toShipment(row);
  }

  /** By its id, or by its reference: the live one before the newest. */
  #find(name: string): ShipmentRow {
    const named = [...this.#shipments.values()].filter(({ reference }) => reference === name);
    const row = this.#shipments.get(name) ?? named.find(isLive) ?? named.at(-1);
    if (!row) throw toError(easypostProtocol.failure(404));
    return row;
  }
}

interface Given {
  reference: string;
  to_address: ShipmentRow['to_address'];
  from_address: ShipmentRow['from_address'];
  parcel: ShipmentRow['parcel'];
}

function isLive(row: ShipmentRow): boolean {
  return row.bought_ms !== null && !isRefunded(row);
}

function refusal(code: string, message: string): Error {
  return toError(easypostError(422, code, message));
}

function toError({ status, body }: { status: number; body: object }): Error {
  const { code, message, errors } = (body as { error: { code: string; message: string; errors: unknown } })
    .error;
  return Object.assign(new Error(message), { statusCode: status, code, errors });
}

function describe(result: unknown): string {
  const { id, tracking_code, refund_status } = result as Record<string, string | null>;
  return [id, tracking_code, refund_status].filter((text) => text).join(' ');
}

import type pg from 'pg';
import { newId } from '../ids.ts';
import { concerns, FAULTS_MAX, type Fault, type FaultOrder, type OperationName, strikes } from './fault.ts';

/** The fault orders: kept in the database, asked in memory. */
export class FaultBook {
  readonly #pool: pg.Pool;
  #orders: FaultOrder[] = [];

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async load(): Promise<void> {
    const { rows } = await this.#pool.query('SELECT id, fault, seen, fired FROM sandbox.faults ORDER BY id');
    this.#orders = rows.map(({ id, fault, seen, fired }) => ({ id, ...fault, seen, fired }));
  }

  isEmpty(): boolean {
    return this.#orders.length === 0;
  }

  list(): FaultOrder[] {
    return this.#orders;
  }

  /** Undefined when the book is full. */
  async add(fault: Fault): Promise<FaultOrder | undefined> {
    if (this.#orders.length >= FAULTS_MAX) return undefined;
    const order: FaultOrder = { id: newId('flt_'), ...fault, seen: 0, fired: 0 };
    await this.#pool.query('INSERT INTO sandbox.faults (id, fault) VALUES ($1, $2)', [order.id, fault]);
    this.#orders.push(order);
    return order;
  }

  async remove(id: string): Promise<boolean> {
    const known = this.#orders.some((order) => order.id === id);
    this.#orders = this.#orders.filter((order) => order.id !== id);
    await this.#pool.query('DELETE FROM sandbox.faults WHERE id = $1', [id]);
    return known;
  }

  async clear(): Promise<void> {
    this.#orders = [];
    await this.#pool.query('DELETE FROM sandbox.faults');
  }

  /** Counts the request and gives the oldest order that strikes it. The counts are kept before it acts. */
  async take(
    operation: OperationName,
    findOrderId: () => Promise<string | undefined>,
  ): Promise<FaultOrder | undefined> {
    let concerned = this.#orders.filter((order) => concerns(order, operation));
    if (concerned.length === 0) return undefined;
    if (concerned.some((order) => order.on?.order_id !== undefined)) {
      const order_id = await findOrderId();
      concerned = concerned.filter(
        (order) =>
          concerns(order, operation) && (order.on?.order_id === undefined || order.on.order_id === order_id),
      );
      if (concerned.length === 0) return undefined;
    }

    for (const order of concerned) order.seen++;
    const struck = concerned.find(strikes);
    if (struck) struck.fired++;
    await this.#pool.query(
      `UPDATE sandbox.faults AS fault
       SET seen = greatest(fault.seen, now.seen), fired = greatest(fault.fired, now.fired)
       FROM unnest($1::text[], $2::int[], $3::int[]) AS now (id, seen, fired)
       WHERE fault.id = now.id`,
      [
        concerned.map((order) => order.id),
        concerned.map((order) => order.seen),
        concerned.map((order) => order.fired),
      ],
    );
    return struck;
  }
}

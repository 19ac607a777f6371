import type pg from 'pg';
import { orderProblem } from './errors.ts';
import type { StepByHand } from './order.ts';
import type { StepOrder } from './store.ts';

/** What a person can do by hand at one provider: how it is looked up there, and how it becomes a fact here. */
export interface HandWork<Records extends Reachable> {
  /** Reads the provider's own records of the order; never throws for a provider that cannot be asked. */
  look(order: StepOrder): Promise<Records>;
  /** By step. @throws Problem `mark_contradicted` when the records say that it is not done */
  marks: Partial<Record<StepByHand, (order: StepOrder, records: Records) => Mark>>;
}

export interface Reachable {
  reachable: boolean;
  /** Why it could not be asked. */
  detail: string | null;
}

/** A step that is done indeed, though not by us. */
export interface Mark {
  /** What will be written, for people. */
  says: string;
  write(client: pg.PoolClient): Promise<void>;
}

export function contradicted(detail: string) {
  return orderProblem('mark_contradicted', { detail });
}

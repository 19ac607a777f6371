import type { Offence } from '../verify/report.ts';

/** A difference between our books and a provider's. */
export interface Finding extends Offence {
  /** What mends it without a person; undefined where a person must decide. */
  repair?: string | undefined;
  status: FindingStatus;
  /** Why a repair failed. */
  failure?: string | undefined;
}

/**
 * - `open`: a person must decide.
 * - `repairable`: it can be mended safely, and was not, because nobody asked for it.
 * - `begun`: being mended; after an interruption it is looked at again.
 * - `repaired`, `failed`: it was mended, or is still there after the repair.
 */
export type FindingStatus = 'open' | 'repairable' | 'begun' | 'repaired' | 'failed';

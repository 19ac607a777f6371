export interface PlacesOptions {
  /** Maximum number of workflows that run at the same time. */
  workflows_max: number;
  /** Called when a place is released and at least a quarter of the places for new workflows are free. */
  onCapacity?: (() => void) | undefined;
}

/** The place of one workflow. A workflow that waits releases it. */
export interface Place {
  /** Before a wait, and at the end. */
  leave(): void;
  /** After a wait. */
  resume(): Promise<void>;
}

/** Share of the places reserved for resumed workflows. */
const RESUMED_SHARE = 0.25;
// Small enough that the rest keep the machine busy, large enough that starting some takes one transaction.
const CAPACITY_SHARE = 0.25;
/** Token bucket for resumed workflows: up to `BURST` at once, then one per interval. */
const BURST = 16;
const INTERVAL_MS = 25;

/**
 * Limits how many workflows run at the same time. New workflows and resumed ones (after a wait, a crash or a restart)
 * have separate places, so neither can starve the other. Resumed workflows are also rate-limited: thousands that resume
 * together, as after an outage, would otherwise use up the processor.
 *
 * Resumed workflows are admitted first in, first out. Recovered ones come after them, newest first: the old ones have
 * usually been waiting for long.
 */
export class Places {
  readonly #new_max: number;
  readonly #resumed_max: number;
  readonly #onCapacity: () => void;
  readonly #resuming: (() => void)[] = [];
  readonly #recovering: (() => void)[] = [];
  #new = 0;
  #resumed = 0;
  #turns = BURST;
  #refill: NodeJS.Timeout | undefined;

  constructor({ workflows_max, onCapacity = () => {} }: PlacesOptions) {
    this.#resumed_max = Math.max(1, Math.floor(workflows_max * RESUMED_SHARE));
    this.#new_max = Math.max(1, workflows_max - this.#resumed_max);
    this.#onCapacity = onCapacity;
  }

  /** Number of free places for new workflows. */
  capacity(): number {
    return Math.max(0, this.#new_max - this.#new);
  }

  /** Number of workflows that may be restarted without queueing. */
  restartCapacity(): number {
    const ahead = this.#resumed + this.#resuming.length + this.#recovering.length;
    return Math.max(0, this.#resumed_max - ahead);
  }

  /** Takes a place for a new workflow. The caller checks `capacity()` first. */
  begin(): Place {
    this.#new++;
    return this.#place(() => {
      this.#new--;
      if (this.capacity() >= this.#new_max * CAPACITY_SHARE) this.#onCapacity();
    });
  }

  /** Waits for a place for a workflow that was recovered or restarted. */
  async recover(): Promise<Place> {
    await this.#turn(this.#recovering);
    return this.#place(this.#leaveResumed);
  }

  /** Admits no more workflows. */
  close(): void {
    clearTimeout(this.#refill);
    this.#turns = Number.NEGATIVE_INFINITY;
  }

  #place(leave: () => void): Place {
    let leaveNow = leave;
    return {
      leave: () => leaveNow(),
      resume: async () => {
        await this.#turn(this.#resuming);
        leaveNow = this.#leaveResumed;
      },
    };
  }

  readonly #leaveResumed = (): void => {
    this.#resumed--;
    this.#admit();
  };

  #turn(line: (() => void)[]): Promise<void> {
    return new Promise((resolve) => {
      line.push(resolve);
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#turns > 0 && this.#resumed < this.#resumed_max) {
      const next = this.#resuming.shift() ?? this.#recovering.pop();
      if (!next) return;
      this.#turns--;
      this.#resumed++;
      next();
      this.#refill ??= setTimeout(() => this.#addTurn(), INTERVAL_MS);
    }
  }

  #addTurn(): void {
    this.#turns++;
    this.#refill = this.#turns < BURST ? setTimeout(() => this.#addTurn(), INTERVAL_MS) : undefined;
    this.#admit();
  }
}

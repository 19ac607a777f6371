export interface PlacesOptions {
  /** Most workflows at work at once. */
  workflows_max: number;
  /** Called when places are left, and at least a quarter of those for new workflows are free. */
  onCapacity?: (() => void) | undefined;
}

/** A workflow at work, or one that waits and has left its place to others. */
export interface Place {
  /** Before a wait, and at the end. */
  leave(): void;
  /** After a wait. */
  resume(): Promise<void>;
}

/** The share that is kept for workflows that go on; new ones have the rest. */
const RESUMED_SHARE = 0.25;
// Small enough that the rest keep the machine busy, large enough that starting some takes one transaction.
const CAPACITY_SHARE = 0.25;
/** So many workflows go on at once after a rest; then one each time that the interval has passed. */
const BURST = 16;
const INTERVAL_MS = 25;

/**
 * Whose turn it is to work. New workflows and those that go on after a wait, a crash or a failure have places of their
 * own, so neither keeps the other from working. Those that go on are paced as well: thousands that wake up together,
 * as after an outage, would otherwise take the processor from the new ones.
 *
 * In turn: those that waited first come first; of those that an earlier process left behind the newest come first,
 * because the old ones have waited long.
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

  /** How many more new workflows may be started. */
  capacity(): number {
    return Math.max(0, this.#new_max - this.#new);
  }

  /** How many more may be started anew, without a line of them growing here. */
  restartCapacity(): number {
    const ahead = this.#resumed + this.#resuming.length + this.#recovering.length;
    return Math.max(0, this.#resumed_max - ahead);
  }

  /** Takes a place for a new workflow. Whoever starts it asks for the capacity first. */
  begin(): Place {
    this.#new++;
    return this.#place(() => {
      this.#new--;
      if (this.capacity() >= this.#new_max * CAPACITY_SHARE) this.#onCapacity();
    });
  }

  /** Waits for a place for a workflow that ran before, in this process or an earlier one. */
  async recover(): Promise<Place> {
    await this.#turn(this.#recovering);
    return this.#place(this.#leaveResumed);
  }

  /** Nobody gets a place any more. */
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

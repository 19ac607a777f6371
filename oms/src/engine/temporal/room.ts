import type { Logger } from 'pino';

export interface RoomOptions {
  /** Most that may be under way, by all workers together. */
  max: number;
  /** How many are under way by Temporal's list, which may lag behind by a moment. */
  count(): Promise<number>;
  /** Called when some more may be started. */
  onRoom(): void;
  logger: Logger;
}

const INTERVAL_MS = 500;

/**
 * How many more workflows may be started. Without a bound a burst of orders would all be begun at once, and each
 * would end late; the rest waits in the outbox. Between two looks at the list our own starts are added.
 */
export class Room {
  readonly #options: RoomOptions;
  #open = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  open(): void {
    this.#timer = setTimeout(() => void this.#look(), INTERVAL_MS).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  take(): void {
    this.#open++;
  }

  left(): number {
    return this.#isClosed ? 0 : Math.max(0, this.#options.max - this.#open);
  }

  async #look(): Promise<void> {
    try {
      this.#open = await this.#options.count();
      if (this.left() > 0) this.#options.onRoom();
    } catch (error) {
      // While Temporal is away nothing can be started anyhow.
      this.#options.logger.debug({ err: error }, 'orders under way cannot be counted');
    }
    if (!this.#isClosed) this.open();
  }
}

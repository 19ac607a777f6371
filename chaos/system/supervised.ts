import { setTimeout as delay } from 'node:timers/promises';
import { type Guarded, startGuarded } from '@oms/kit/programs/guarded.ts';
import { bareEnvironment } from '../../bench/setup/child.ts';

export interface SupervisedOptions {
  name: string;
  /** Of the program, from the project's root. */
  path: string;
  args?: string[];
  environment: Record<string, string>;
  /** Answers 2xx when it works. */
  health_url: string;
  /** Is told when the process ended though nobody killed it. */
  onFall: (name: string, last_words: string) => void;
}

const RESTART_DELAY_MS = 500;
const STOP_TIMEOUT_MS = 8_000;
const POLL_MS = 50;
const HEALTH_TIMEOUT_MS = 2_000;

/** A process that is started again whenever it has ended, as an operating system's supervisor does. */
export class Supervised {
  readonly name: string;
  /** How often it ended though nobody killed it. */
  falls = 0;
  readonly #options: SupervisedOptions;
  #server: Guarded | undefined;
  #isWanted = true;
  #isHeldDown = false;
  #keeper: Promise<void>;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.name = options.name;
    this.#keeper = this.#keep();
  }

  /** Kills it with SIGKILL, and keeps it down until `release`. */
  kill(): void {
    this.#isHeldDown = true;
    this.#server?.kill();
  }

  release(): void {
    this.#isHeldDown = false;
  }

  /** Waits until it works. @returns whether it does, by then */
  async works(timeout_ms: number, stopped?: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + timeout_ms;
    while (Date.now() < deadline && !stopped?.aborted) {
      if (await answers(this.#options.health_url)) return true;
      await delay(POLL_MS);
    }
    return false;
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#server?.stop(STOP_TIMEOUT_MS);
    await this.#keeper;
  }

  async #keep(): Promise<void> {
    const { path, args = [], environment, onFall } = this.#options;
    const program = new URL(`../../${path}`, import.meta.url).pathname;
    while (this.#isWanted) {
      this.#server = startGuarded(process.execPath, [program, ...args], {
        environment: { ...bareEnvironment(), ...environment },
      });
      const status = await this.#server.ended;
      if (!this.#isWanted) return;
      if (!this.#isHeldDown) {
        this.falls++;
        onFall(this.name, [status, ...this.#server.lastLines(2)].join(' | '));
        await delay(RESTART_DELAY_MS);
      }
      while (this.#isHeldDown && this.#isWanted) await delay(POLL_MS);
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })).ok;
  } catch {
    return false;
  }
}

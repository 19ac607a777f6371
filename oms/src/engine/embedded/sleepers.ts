/** Sleeps that can be ended early, by the name that they sleep under. */
export class Sleepers {
  readonly #wakers = new Map<string, Set<() => void>>();

  sleep(name: string, delay_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wakers = this.#wakers.get(name) ?? new Set();
      this.#wakers.set(name, wakers);
      const wake = () => {
        clearTimeout(timer);
        wakers.delete(wake);
        if (wakers.size === 0) this.#wakers.delete(name);
        resolve();
      };
      const timer = setTimeout(wake, delay_ms);
      wakers.add(wake);
    });
  }

  wake(name: string): void {
    for (const wake of [...(this.#wakers.get(name) ?? [])]) wake();
  }

  wakeAll(): void {
    for (const name of [...this.#wakers.keys()]) this.wake(name);
  }
}

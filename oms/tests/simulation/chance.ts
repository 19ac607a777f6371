/** A stream of numbers that a seed decides: the same each time, and apart from every other stream. */
export class Chance {
  #state: number;

  constructor(...seed: (string | number)[]) {
    let state = 0x811c9dc5;
    for (const part of seed) {
      for (const letter of `${part}/`) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
    }
    this.#state = state;
    this.number();
  }

  /** Mulberry32: even in [0, 1). */
  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let state = this.#state;
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
  }

  /** Whole numbers, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.number() * (most - least + 1));
  }

  happens(share: number): boolean {
    return this.number() < share;
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.between(0, values.length - 1)]!;
  }

  bytes(array: Uint8Array): void {
    for (let index = 0; index < array.length; index++) array[index] = this.between(0, 255);
  }
}

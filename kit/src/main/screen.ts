import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';

const NAME_WIDTH = 12;
const DETAIL_WIDTH = 46;
const PLAIN_INTERVAL_MS = 2_000;

/** What the start shows on the terminal: one line for each step; without a terminal the same in plain lines. */
export class Screen {
  readonly #output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  line(text = ''): void {
    this.#output.write(`${text}\n`);
  }

  title(text: string): void {
    this.line(`\n${this.#style('bold', text)}\n`);
  }

  row(name: string, value: string): void {
    this.line(`  ${this.#style('dim', name.padEnd(NAME_WIDTH + 2))}${value}`);
  }

  /** Runs a step of the start and shows what came of it, as the step itself says. */
  async step<Result>(name: string, work: () => Promise<Result>, describe: (result: Result) => string) {
    const started_at = performance.now();
    if (this.#output.isTTY) this.#output.write(`  ${this.#style('dim', `… ${name}`)}`);
    try {
      const result = await work();
      this.#done(name, describe(result), started_at);
      return result;
    } catch (error) {
      this.#eraseLine();
      this.line(`  ${this.#style('red', '✘')} ${name}`);
      throw error;
    }
  }

  /** Runs a long step with a progress bar. */
  stage = async (
    name: string,
    total: number,
    work: (advance: (count?: number) => void) => Promise<string>,
  ): Promise<void> => {
    const started_at = performance.now();
    const bar = this.#output.isTTY ? this.#bar(name) : new PlainProgress(this, name);
    bar.start(total, 0);
    try {
      const detail = await work((count = 1) => bar.increment(count));
      bar.stop();
      this.#done(name, detail, started_at);
    } finally {
      bar.stop();
    }
  };

  #done(name: string, detail: string, started_at: number): void {
    const seconds = `${((performance.now() - started_at) / 1000).toFixed(1)} s`;
    this.#eraseLine();
    const text = `${name.padEnd(NAME_WIDTH)}${detail.padEnd(DETAIL_WIDTH)}`;
    this.line(`  ${this.#style('green', '✔')} ${text}${this.#style('dim', seconds.padStart(7))}`);
  }

  #bar(name: string): SingleBar {
    return new SingleBar({
      stream: this.#output,
      format: `  … ${name.padEnd(NAME_WIDTH)}{bar} {value} of {total}`,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      fps: 20,
    });
  }

  #eraseLine(): void {
    if (this.#output.isTTY) this.#output.write('\r\x1b[K');
  }

  #style(format: Parameters<typeof styleText>[0], text: string): string {
    return styleText(format, text, { stream: this.#output });
  }
}

/** Says now and then how far the work has come. */
class PlainProgress {
  readonly #screen: Screen;
  readonly #name: string;
  #total = 0;
  #value = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen, name: string) {
    this.#screen = screen;
    this.#name = name;
  }

  start(total: number, value: number): void {
    this.#total = total;
    this.#value = value;
    this.#timer = setInterval(
      () => this.#screen.line(`  … ${this.#name.padEnd(NAME_WIDTH)}${this.#value} of ${this.#total}`),
      PLAIN_INTERVAL_MS,
    );
  }

  increment(count: number): void {
    this.#value += count;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

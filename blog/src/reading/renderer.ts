import { Piscina } from 'piscina';
import { escapeHtml } from './html.ts';

/** Raise it when the same Markdown gives other HTML than before; stored HTML of an older version is rendered again. */
export const RENDERER_VERSION = 1;

export interface Rendered {
  html: string;
  /** 0 for plain text that stands in until there is a thread to render it. */
  version: number;
}

export interface RendererOptions {
  /** After this long a text is shown as plain text. Default 2 s. */
  timeout_ms?: number;
}

const TIMEOUT_MS = 2_000;
const THREADS_MAX = 2;
/** Texts that wait for a thread; more are shown as plain text. */
const QUEUE_MAX = 100;
const THREAD_MEMORY_MB = 128;
/** Markup may grow a text, but not beyond this. */
const HTML_CHARACTERS_MAX = 2_000_000;

/**
 * Renders what strangers have written, in threads beside the service: a text that takes too long, nests too deep, needs too
 * much memory or grows too much ends its thread alone, and is shown as plain text.
 */
export class Renderer {
  readonly #pool = new Piscina<string, string>({
    filename: new URL('./render_worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: THREADS_MAX,
    maxQueue: QUEUE_MAX,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB },
  });
  readonly #timeout_ms: number;

  constructor({ timeout_ms = TIMEOUT_MS }: RendererOptions = {}) {
    this.#timeout_ms = timeout_ms;
  }

  async render(markdown: string): Promise<Rendered> {
    const waiting = this.#pool.queueSize;
    // A busy pool proves nothing about the text, so such a text is rendered again at the next read.
    const fallback = { html: plainText(markdown), version: waiting > 0 ? 0 : RENDERER_VERSION };
    if (waiting >= QUEUE_MAX) return fallback;
    try {
      const signal = AbortSignal.timeout(this.#timeout_ms);
      const html = await this.#pool.run(markdown, { signal });
      return html.length > HTML_CHARACTERS_MAX ? fallback : { html, version: RENDERER_VERSION };
    } catch {
      return fallback;
    }
  }

  /** Stored HTML as it is; of a post from before it was stored, or by an older version, it is rendered. */
  async htmlOf({ content, rendered }: { content: string; rendered?: Rendered | null }): Promise<string> {
    if (rendered?.version === RENDERER_VERSION) return rendered.html;
    return (await this.render(content)).html;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

function plainText(markdown: string): string {
  return `<pre>${escapeHtml(markdown)}</pre>`;
}

import { renderMarkdown } from './markdown.ts';

/** Runs in a thread of its own, which is ended when it takes too long. */
export default function render(markdown: string): string {
  return renderMarkdown(markdown);
}

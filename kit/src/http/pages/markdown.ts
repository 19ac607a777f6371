import { readFileSync } from 'node:fs';
import { Marked, type Token } from 'marked';

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

const marked = new Marked({
  renderer: {
    heading({ tokens, depth, text }) {
      const id = toId(text);
      return `<h${depth} id="${id}"><a href="#${id}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
    },
    // Other documents stand beside the code and are not served.
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const document = /^([\w/-]+\.md)/.exec(href)?.[1];
      return document ? `${text} (<code>docs/${document}</code>)` : `<a href="${href}">${text}</a>`;
    },
  },
});

export function readMarkdown(markdown: string): Token[] {
  return marked.lexer(markdown);
}

/** HTML of Markdown in which each heading has an address. */
export function renderMarkdown(tokens: Token[]): string {
  return marked.parser(tokens);
}

export function toId(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-');
}

/** A page of the service around this content. */
export function htmlPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<nav><a href="/docs/">API reference</a><a href="/errors">Errors</a><a href="/openapi.yaml">Contract</a></nav>
<main>
${content}</main>
</body>
</html>
`;
}

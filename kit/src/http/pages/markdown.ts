import { readFileSync } from 'node:fs';
import { Marked } from 'marked';

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

/** A Markdown document as a page of its own, each heading with an address. */
export function markdownPage(title: string, markdown: string): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const id = toId(text);
        return `<h${depth} id="${id}"><a href="#${id}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
      },
    },
  });
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
${marked.parse(markdown, { async: false })}</main>
</body>
</html>
`;
}

function toId(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-');
}

import type { Token, Tokens } from 'marked';
import { htmlPage, readMarkdown, renderMarkdown, toId } from './markdown.ts';

export interface ErrorsOfService {
  /** The name of the service in the document: a paragraph that begins with `*Name:*` is shown by that service alone. */
  service: string;
  /** The codes of the problems that the service answers with. */
  codes: readonly string[];
}

interface Group {
  heading: Tokens.Heading;
  /** What stands between the heading and the first code. */
  intro: Token[];
  sections: { code: string; tokens: Token[] }[];
}

/**
 * The document of all errors as the page of one service: the sections of its own codes, below a table of contents.
 * @param markdown groups by headings of the second level, codes by headings of the third
 */
export function errorsPage(title: string, markdown: string, { service, codes }: ErrorsOfService): string {
  const { intro, groups } = readDocument(markdown, service);
  const own = groups
    .map((group) => ({ ...group, sections: group.sections.filter(({ code }) => codes.includes(code)) }))
    .filter(({ sections }) => sections.length > 0);
  const body = own.flatMap((group) => [
    group.heading,
    ...group.intro,
    ...group.sections.flatMap(({ tokens }) => tokens),
  ]);
  return htmlPage(title, renderMarkdown(intro) + contentsOf(own) + renderMarkdown(body));
}

function readDocument(markdown: string, service: string): { intro: Token[]; groups: Group[] } {
  const intro: Token[] = [];
  const groups: Group[] = [];
  for (const token of readMarkdown(markdown).flatMap((one) => ofService(one, service))) {
    const group = groups.at(-1);
    if (isHeading(token, 2)) groups.push({ heading: token, intro: [], sections: [] });
    else if (group && isHeading(token, 3)) group.sections.push({ code: token.text, tokens: [token] });
    else (group?.sections.at(-1)?.tokens ?? group?.intro ?? intro).push(token);
  }
  return { intro, groups };
}

function isHeading(token: Token, depth: number): token is Tokens.Heading {
  return token.type === 'heading' && token.depth === depth;
}

/** The paragraph without its label when it is for this service, nothing when it is for another. */
function ofService(token: Token, service: string): Token[] {
  const [label, ...rest] = token.type === 'paragraph' ? (token.tokens ?? []) : [];
  const named = label?.type === 'em' ? /^(\w+):$/.exec(label.text)?.[1] : undefined;
  if (named === undefined) return [token];
  return named === service ? [{ ...token, tokens: rest } as Tokens.Paragraph] : [];
}

function contentsOf(groups: readonly Group[]): string {
  const parts = groups.map(({ heading, sections }) => {
    const items = sections.map(({ code }) => `<li><a href="#${code}">${code}</a></li>`);
    return `<section><a href="#${toId(heading.text)}">${heading.text}</a>\n<ul>${items.join('')}</ul></section>`;
  });
  return `<nav class="contents" aria-label="Contents">\n${parts.join('\n')}\n</nav>\n`;
}

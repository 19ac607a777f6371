import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { Rule } from './source.ts';

/** Each relative link of a Markdown file leads to a file of the project, and to a heading of it where it names one. */
export const linksLead: Rule = (files) => {
  const headings = new Map(files.filter(isMarkdown).map(({ path, text }) => [path, headingsOf(text)]));
  return files.filter(isMarkdown).flatMap(({ path, text }) =>
    linksOf(text).flatMap((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!headings.has(target) && !existsSync(target))
        return [`${path} links to ${link}, which is not there`];
      if (anchor === undefined || headings.get(target)?.has(anchor)) return [];
      return [`${path} links to ${link}, and ${target} has no such heading`];
    }),
  );
};

function isMarkdown({ path }: { path: string }): boolean {
  return path.endsWith('.md');
}

function linksOf(text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, link]) => link!);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** Headings as GitHub addresses them. */
function headingsOf(text: string): Set<string> {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)];
  return new Set(
    headings.map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

import { readFile, writeFile } from 'node:fs/promises';
import type { Row } from '../setup/bench.ts';

/** The figures as a Markdown table, with what they were measured on. */
export function render(rows: Row[], machine: string[]): string {
  const cells = rows.map(({ name, figure, aim = '', is_met }) => [
    name,
    figure,
    is_met === undefined ? aim : `${aim} ${is_met ? '✔' : '✖'}`,
  ]);
  const table = [['', 'measured', 'aim'], ['---', '---', '---'], ...cells].map(
    (row) => `| ${row.join(' | ')} |`,
  );
  return [...machine.map((line) => `- ${line}`), '', ...table].join('\n');
}

const README = new URL('../README.md', import.meta.url);

/** Puts the figures between the markers of their section. */
export async function updateReadme(section: string, report: string): Promise<void> {
  const begin = `<!-- ${section}: written by npm run bench -->`;
  const end = `<!-- end of ${section} -->`;
  const text = await readFile(README, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`bench/README.md has lost the markers of its ${section}`);
  await writeFile(README, `${text.slice(0, from)}${begin}\n\n${report}\n\n${text.slice(to)}`);
}

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
const BEGIN = '<!-- figures: written by npm run bench -->';
const END = '<!-- end of figures -->';

/** Puts the figures between their markers. */
export async function updateReadme(report: string): Promise<void> {
  const text = await readFile(README, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error('bench/README.md has lost the markers of its figures');
  await writeFile(README, `${text.slice(0, from)}${BEGIN}\n\n${report}\n\n${text.slice(to)}`);
}

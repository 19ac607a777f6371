import type { Schema, Table } from './introspect.ts';

/** The schema as SQL that makes it, tables after those they refer to. */
export function render(schema: Schema): string {
  const parts = [
    '-- Generated from the migrations by: npm run generate',
    ...schema.enums.map(
      ({ name, labels }) => `CREATE TYPE ${name} AS ENUM (${labels.map(literal).join(', ')});`,
    ),
  ];
  const made = new Set<string>();
  const late: string[] = [];
  for (const table of inOrder(schema.tables)) {
    made.add(table.name);
    parts.push(createTable(table, made));
    for (const { name, definition, refers_to } of table.constraints) {
      if (refers_to && !made.has(refers_to)) {
        late.push(`ALTER TABLE ${identifier(table.name)} ADD CONSTRAINT ${identifier(name)} ${definition};`);
      }
    }
  }
  parts.push(...late);
  parts.push(...schema.functions.map(({ definition }) => `${definition.trimEnd()};`));
  parts.push(
    ...schema.views.map(({ name, definition }) => `CREATE VIEW ${identifier(name)} AS\n${definition}`),
  );
  parts.push(...schema.tables.flatMap(({ triggers }) => triggers.map(({ definition }) => `${definition};`)));
  return `${parts.join('\n\n')}\n`;
}

function createTable(table: Table, made: Set<string>): string {
  const width = Math.max(0, ...table.columns.map(({ name }) => identifier(name).length));
  const columns = table.columns.map(
    ({ name, definition }) => `${identifier(name).padEnd(width)} ${definition}`,
  );
  const constraints = table.constraints
    .filter(({ refers_to }) => !refers_to || made.has(refers_to))
    .map(({ name, definition }) => `CONSTRAINT ${identifier(name)} ${definition}`);
  const body = [...columns, ...constraints].map((line) => `  ${line}`).join(',\n');
  const settings = table.settings.length > 0 ? ` WITH (${table.settings.join(', ')})` : '';
  const indexes = table.indexes.map(({ definition }) => `\n${definition.replace(' USING btree', '')};`);
  return `CREATE TABLE ${identifier(table.name)} (\n${body}\n)${settings};${indexes.join('')}`;
}

/** Where tables refer to each other in a circle, the first of them comes first. */
function inOrder(tables: Table[]): Table[] {
  const waiting = [...tables];
  const ordered: Table[] = [];
  const made = new Set<string>();
  while (waiting.length > 0) {
    const ready = waiting.findIndex((table) =>
      table.constraints.every(
        ({ refers_to }) => !refers_to || refers_to === table.name || made.has(refers_to),
      ),
    );
    const [next] = waiting.splice(Math.max(ready, 0), 1);
    if (!next) break;
    ordered.push(next);
    made.add(next.name);
  }
  return ordered;
}

function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

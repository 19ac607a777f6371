import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document as parsed; the validator knows its shape
export type Json = any;

export interface Operation {
  id: string;
  /** JSON pointer of it in the document. */
  pointer: string;
  operation: Json;
  /** Its own and its path's parameters, without references. */
  parameters: Json[];
}

export async function readContract(path: string): Promise<Json> {
  return parse(await readFile(path, 'utf8'));
}

export function operationsOf(document: Json): Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries<Json>(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      found.push({
        id: operation.operationId ?? `${method} ${path}`,
        pointer: `/paths/${escaped(path)}/${method}`,
        operation,
        parameters: parameters.map((parameter) => resolve(document, parameter)),
      });
    }
  }
  return found;
}

/** The thing itself, where it is a reference to it. */
export function resolve(document: Json, thing: Json): Json {
  if (!thing?.$ref) return thing;
  const steps = thing.$ref.slice('#/'.length).split('/');
  return steps.reduce(
    (at: Json, step: string) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  );
}

/** Each part of the document, with its JSON pointer. */
export function* walk(thing: Json, pointer = ''): Generator<[Json, string]> {
  if (typeof thing !== 'object' || thing === null) return;
  yield [thing, pointer];
  for (const [key, value] of Object.entries(thing)) yield* walk(value, `${pointer}/${escaped(key)}`);
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

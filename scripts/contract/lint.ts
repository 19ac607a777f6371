import { textFormats } from '@oms/kit/http/formats.ts';
import type { ProblemKind } from '@oms/kit/http/problem.ts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Json, type Operation, operationsOf, resolve, walk } from './document.ts';

/** What is wrong with a contract: its form, its operations' completeness, its examples. */
export async function contractFaults(
  document: Json,
  problems: Record<string, ProblemKind>,
): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  if (!valid) return [`The document is not OpenAPI: ${JSON.stringify(errors)}`];
  const operations = operationsOf(document);
  return [
    ...duplicates(operations.map(({ id }) => id)).map((id) => `${id} names two operations`),
    ...operations.flatMap((operation) => operationFaults(document, operation)),
    ...exampleFaults(document),
    ...problemFaults(document, problems),
  ];
}

/** POSTs that are known to be repeated by something else than a key. */
const KEYLESS_POSTS = new Map([
  ['receiveCarrierEvent', 'the carrier sends none; a parcel is where it is, however often that is told'],
  ['register', 'a name is given once'],
  ['login', 'each makes a session, and an account keeps ten'],
  ['refresh', 'the used token is taken again for a minute'],
  ['logout', 'what has ended has ended'],
]);

function operationFaults(document: Json, { id, pointer, operation, parameters }: Operation): string[] {
  const isPost = pointer.endsWith('/post');
  const faults: string[] = [];
  for (const field of ['operationId', 'summary', 'tags'])
    if (!operation[field]) faults.push(`${id} has no ${field}`);

  const responses = Object.entries<Json>(operation.responses).map(([status, it]) => [
    status,
    resolve(document, it),
  ]);
  for (const status of expectedErrors(operation, parameters)) {
    if (!operation.responses[status]) faults.push(`${id} does not tell its error ${status}`);
  }
  if (!responses.some(([status]) => status.startsWith('2'))) faults.push(`${id} does not tell its success`);

  if (isPost && !KEYLESS_POSTS.has(id) && !hasHeader(parameters, 'Idempotency-Key')) {
    faults.push(`${id} takes no Idempotency-Key`);
  }
  const body = resolve(document, operation.requestBody);
  for (const [name, it] of [['request', body], ...responses]) {
    for (const [type, media] of Object.entries<Json>(it?.content ?? {})) {
      if (!media.schema) faults.push(`${id} ${name} ${type} has no schema`);
      if (Object.keys(media.examples ?? {}).length === 0) faults.push(`${id} ${name} ${type} has no example`);
    }
  }
  return faults;
}

/** The errors that an operation of this make can always meet. */
function expectedErrors(operation: Json, parameters: Json[]): string[] {
  const has = (name: string) => hasHeader(parameters, name);
  const createsWhenMissing = Boolean(operation.responses['201']) && !has('Idempotency-Key');
  return [
    ...(parameters.length > 0 || operation.requestBody ? ['400'] : []),
    ...(has('X-API-Key') ? ['401', '403'] : []),
    ...(has('X-Hmac-Signature') ? ['401'] : []),
    ...(operation.security ? ['401'] : []),
    ...(parameters.some((parameter) => parameter.in === 'path') && !createsWhenMissing ? ['404'] : []),
    ...(has('Idempotency-Key') ? ['409', '422'] : []),
    ...(has('If-Match') ? ['412'] : []),
    ...(operation.requestBody ? ['413', '415'] : []),
    'default',
  ];
}

function hasHeader(parameters: Json[], name: string): boolean {
  return parameters.some((parameter) => parameter.in === 'header' && parameter.name === name);
}

function exampleFaults(document: Json): string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false, formats: textFormats });
  addFormats.default(ajv);
  ajv.addSchema(closed(document), 'contract');
  const faults: string[] = [];
  for (const [thing, pointer] of walk(document)) {
    if (!thing.schema || !(thing.examples || 'example' in thing)) continue;
    const examples = { ...thing.examples, ...('example' in thing && { example: { value: thing.example } }) };
    const validate = ajv.compile({ $ref: `contract#${encodeURI(pointer)}/schema` });
    for (const [name, example] of Object.entries(examples)) {
      const value = resolve(document, example)?.value;
      if (validate(value)) continue;
      faults.push(`${pointer}: example ${name} does not fit its schema: ${ajv.errorsText(validate.errors)}`);
    }
  }
  const used = new Set([...walk(document)].map(([thing]) => thing.$ref).filter(Boolean));
  for (const name of Object.keys(document.components?.examples ?? {})) {
    if (!used.has(`#/components/examples/${name}`)) faults.push(`example ${name} is not used`);
  }
  return faults;
}

/** The document with every object limited to the properties that it names, so that examples hold no others. */
function closed(document: Json): Json {
  const copy = structuredClone(document);
  for (const [thing] of walk(copy)) {
    const isObjectSchema = [thing.type].flat().includes('object') && thing.properties;
    if (isObjectSchema) thing.additionalProperties ??= false;
  }
  return copy;
}

/** Examples of problems are problems that the service has. */
function problemFaults(document: Json, problems: Record<string, ProblemKind>): string[] {
  const faults: string[] = [];
  for (const [thing, pointer] of walk(document)) {
    const media = thing['application/problem+json'];
    for (const example of Object.values(media?.examples ?? {})) {
      const { code, status, title, type } = resolve(document, example).value;
      const kind = problems[code];
      if (kind?.status !== status || kind?.title !== title || type !== `/errors#${code}`) {
        faults.push(`${pointer}: no problem of the service is ${code}, ${status}, ${title}, ${type}`);
      }
    }
  }
  return faults;
}

function duplicates(names: string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

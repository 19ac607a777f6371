import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler, RouteOptions } from 'fastify';
import { textFormats } from './formats.ts';
import {
  commonProblem,
  countFields,
  FIELD_ERRORS_MAX,
  type FieldError,
  type Problem,
  pointerTo,
} from './problem.ts';

/**
 * Validates requests against the contract, all parts of one at once. Bodies are taken as they are, defaults are not put
 * into them; parameters, which arrive as text, are converted to the contract's types.
 * @param needs_body operations that have no meaning without a body
 */
export function addValidation(
  server: FastifyInstance,
  { needs_body }: { needs_body: ReadonlySet<string> },
): void {
  server.setValidatorCompiler(createValidatorCompiler());
  server.addHook('onRoute', prepareRoute);
  // Validation looks at a body by its type, so at none where there is none.
  server.addHook('preValidation', async (request) => {
    const { operationId } = (request.routeOptions.schema ?? {}) as { operationId?: string };
    if (request.body === undefined && operationId !== undefined && needs_body.has(operationId)) {
      throw commonProblem('malformed_json', { detail: 'The request has no body.' });
    }
  });
  // Fastify stops at the first part that is wrong; then every part is validated for its errors.
  server.addHook('preHandler', async (request) => {
    if (request.validationError) throw toValidationProblem(request);
  });
}

type Schema = Record<string, unknown> & { content?: Record<string, { schema: object }> };

function prepareRoute(route: RouteOptions): void {
  const schema = route.schema as Record<string, Schema | undefined> | undefined;
  if (schema?.operationId === undefined) return;
  route.attachValidation = true;
  schema.querystring = { type: 'object', ...schema.querystring, additionalProperties: false };
  // Other types of bodies never come this far.
  const json = schema.body?.content?.['application/json'];
  if (json) schema.body = json.schema as Schema;
}

function createValidatorCompiler(): FastifySchemaCompiler<object> {
  // `verbose` gives errors the schema beside them, whose parameters are named.
  const options = { allErrors: true, strict: false, verbose: true, formats: textFormats } as const;
  const body = new Ajv2020(options);
  const first_error = new Ajv2020({ ...options, allErrors: false });
  const parameters = new Ajv2020({ ...options, coerceTypes: true, useDefaults: true });
  for (const ajv of [body, first_error, parameters]) addFormats.default(ajv);
  return ({ schema, httpPart }) => {
    if (httpPart === 'body') return allErrorsOfSmall(first_error.compile(schema), body.compile(schema));
    return parameters.compile(httpPart === 'headers' ? inLowerCase(schema as HeadersSchema) : schema);
  };
}

const ALL_ERRORS_CHARACTERS_MAX = 64 * 1024;

type FastifyValidator = ReturnType<FastifySchemaCompiler<object>>;

/** A wrong body of a megabyte can hold a million errors; of such a one only the first is told. */
function allErrorsOfSmall(first: ValidateFunction, all: ValidateFunction): FastifyValidator {
  const validate: FastifyValidator = (data: unknown) => {
    if (first(data)) return true;
    const isSmall = JSON.stringify(data).length <= ALL_ERRORS_CHARACTERS_MAX;
    if (isSmall) all(data);
    validate.errors = (isSmall ? all.errors : first.errors) ?? null;
    return false;
  };
  return validate;
}

interface HeadersSchema {
  properties?: Record<string, object>;
  required?: string[];
}

/** Header names are the same in any case, and arrive in lower case. */
function inLowerCase({ properties = {}, required = [], ...rest }: HeadersSchema): object {
  return {
    ...rest,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.toLowerCase(), schema]),
    ),
    required: required.map((name) => name.toLowerCase()),
  };
}

const PARTS = { params: 'path', querystring: 'query', headers: 'header', body: '' } as const;

/** One error for each wrong field, named as the client knows it. */
function toValidationProblem(request: FastifyRequest): Problem {
  const errors = new Map<string, FieldError>();
  for (const [part, name] of Object.entries(PARTS)) {
    const validate = request.getValidationFunction(part as keyof typeof PARTS) as
      | ValidateFunction
      | undefined;
    const value = request[part === 'querystring' ? 'query' : (part as 'body')];
    if (!validate || validate(value ?? null)) continue;
    for (const found of validate.errors ?? []) {
      if (found.keyword === 'if') continue;
      const error = toFieldError(found, name);
      if (!errors.has(error.pointer)) errors.set(error.pointer, error);
    }
  }
  return commonProblem('invalid_request', {
    detail: countFields(errors.size, 'is wrong', 'are wrong'),
    errors: [...errors.values()].slice(0, FIELD_ERRORS_MAX),
  });
}

function toFieldError(error: ErrorObject, part: string): FieldError {
  const { missingProperty, additionalProperty } = error.params;
  const field: string | undefined = missingProperty ?? additionalProperty;
  const path = field === undefined ? error.instancePath : error.instancePath + pointerTo(field);
  return {
    pointer: part === '' ? path : `${part}${path.replaceAll('/', '.')}`,
    code:
      part === 'query' && additionalProperty ? 'unknown_parameter' : (codes[error.keyword] ?? error.keyword),
    detail: describe(error, part),
  };
}

const codes: Record<string, string> = { required: 'missing', additionalProperties: 'unknown_field' };

function describe({ keyword, message, params, parentSchema, data }: ErrorObject, part: string): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`;
    case 'const':
      return `must be ${params.allowedValue}`;
    case 'format':
      return textFormats[params.format]?.describe(data as string) ?? message ?? 'is wrong';
    case 'additionalProperties': {
      if (part !== 'query') return 'is not a field of this request';
      const names = Object.keys(parentSchema?.properties ?? {});
      if (names.length === 0) return 'is not a parameter of this request, which has none';
      return `is not a parameter of this request, which has ${names.join(', ')}`;
    }
    default:
      return message ?? 'is wrong';
  }
}

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import { commonProblem, FIELD_ERRORS_MAX, type FieldError, type Problem } from './problem.ts';

/**
 * Validates requests against the contract. Bodies are taken as they are; parameters, which arrive as
 * text, are converted to the contract's types.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<object> {
  const options = { allErrors: true, strict: false, useDefaults: true } as const;
  const body = new Ajv2020({ ...options, coerceTypes: false });
  const first_error = new Ajv2020({ ...options, coerceTypes: false, allErrors: false });
  const parameters = new Ajv2020({ ...options, coerceTypes: true });
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

/** One field error for each thing that Ajv found, named as the client knows it. */
export function toValidationProblem(found: FastifySchemaValidationError[], part: string): Problem {
  const errors = (found as unknown as ErrorObject[])
    .filter((error) => error.keyword !== 'if')
    .slice(0, FIELD_ERRORS_MAX)
    .map((error) => toFieldError(error, part));
  const count = found.length === 1 ? '1 field is wrong.' : `${found.length} fields are wrong.`;
  return commonProblem('invalid_request', { detail: count, errors });
}

function toFieldError(error: ErrorObject, part: string): FieldError {
  const { missingProperty, additionalProperty, allowedValues } = error.params;
  const field: string | undefined = missingProperty ?? additionalProperty;
  const path = field === undefined ? error.instancePath : `${error.instancePath}/${escapePointer(field)}`;
  return {
    pointer: part === 'body' ? path : `${singular[part] ?? part}${path.replaceAll('/', '.')}`,
    code: codes[error.keyword] ?? error.keyword,
    detail: describe(error.keyword, error.message ?? 'is wrong', allowedValues),
  };
}

const singular: Record<string, string> = { headers: 'header', params: 'path', querystring: 'query' };

const codes: Record<string, string> = { required: 'missing', additionalProperties: 'unknown_field' };

function describe(keyword: string, message: string, allowed?: unknown[]): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties') return 'is not a field of this request';
  if (keyword === 'enum' && allowed) return `must be one of ${allowed.join(', ')}`;
  return message;
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

import { Ajv, type ErrorObject } from 'ajv';
import { textFormats } from '../http/formats.ts';
import { OperatorError } from '../operator_error.ts';

export interface Setting {
  /** JSON schema of the value, with its default. */
  schema: Record<string, unknown>;
  meaning: string;
}

export interface SettingsOf {
  /** Of the environment variables, as `BLOG_`; a setting `port` is then `BLOG_PORT`. */
  prefix: string;
  settings: Record<string, Setting>;
}

export class ConfigError extends OperatorError {
  override name = 'ConfigError';

  constructor(faults: string[]) {
    super(`The configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads settings from environment variables.
 * @param findContradictions what single settings do not show
 * @throws ConfigError naming every fault at once
 */
export function readSettings(
  { prefix, settings }: SettingsOf,
  environment: Record<string, string | undefined>,
  findContradictions: (values: Record<string, unknown>) => string[] = () => [],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(settings)) {
    const text = environment[variableName(prefix, name)];
    if (text !== undefined && text !== '') values[name] = text;
  }
  const known = new Set(Object.keys(settings).map((name) => variableName(prefix, name)));
  const unknown = Object.keys(environment)
    .filter((variable) => variable.startsWith(prefix) && !known.has(variable))
    .map((variable) => `${variable} is not a setting. Is it misspelt? --help lists them.`);

  const validate = new Ajv({ ...OPTIONS, formats: textFormats }).compile({
    type: 'object',
    properties: Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.schema])),
  });
  validate(values);
  const wrong = (validate.errors ?? []).map(
    (error) => `${variableName(prefix, error.instancePath.slice(1))} ${describe(error)}`,
  );
  const faults = [...unknown, ...wrong, ...findContradictions(values)];
  if (faults.length > 0) throw new ConfigError(faults);
  return values;
}

const OPTIONS = { allErrors: true, coerceTypes: true, useDefaults: true, verbose: true } as const;

function describe({ keyword, params, message, data }: ErrorObject): string | undefined {
  if (keyword === 'enum') return `must be one of ${params.allowedValues.join(', ')}`;
  if (keyword === 'format') return textFormats[params.format]?.describe(data as string) ?? message;
  return message;
}

/** The settings as lines of a `--help`. */
export function describeSettings({ prefix, settings }: SettingsOf): string {
  return Object.entries(settings)
    .map(([name, { schema, meaning }]) => {
      const fallback = 'default' in schema ? ` Default: ${schema.default}.` : '';
      return `  ${variableName(prefix, name)}\n      ${meaning}${fallback}`;
    })
    .join('\n');
}

export function variableName(prefix: string, name: string): string {
  return prefix + name.toUpperCase();
}

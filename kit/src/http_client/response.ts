import { Ajv } from 'ajv';

/** A provider's response that does not state what it must: wrong shape, or another object's facts. For logs only. */
export class UnprovenResponse extends Error {
  constructor(what: string, reasons: string[]) {
    super(`${what}: ${reasons.join('; ')}`);
    this.name = 'UnprovenResponse';
  }
}

const ajv = new Ajv({ allErrors: true });

/**
 * A reader of one kind of response. Providers add fields, so others than the named ones are allowed.
 * @param what names the response in errors
 * @returns the response, or throws UnprovenResponse
 */
export function responseReader<Shape>(what: string, schema: object): (response: unknown) => Shape {
  const validate = ajv.compile<Shape>(schema);
  return (response) => {
    if (validate(response)) return response;
    const reasons = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    throw new UnprovenResponse(what, reasons.slice(0, 10));
  };
}

/** @throws UnprovenResponse when the response has another value for one of the expected facts */
export function requireFacts<Shape extends object>(
  what: string,
  response: Shape,
  expected: Partial<Shape>,
): void {
  const reasons = Object.entries(expected).flatMap(([name, value]) => {
    const found = response[name as keyof Shape];
    return found === value ? [] : [`${name} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`];
  });
  if (reasons.length > 0) throw new UnprovenResponse(what, reasons);
}

/** What goes back over the wire. */
export interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

/** Ends an operation early with an answer in its protocol's words. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

export function ok(body: object, status = 200): Answer {
  return { status, body };
}

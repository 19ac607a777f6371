import type { StepInput } from './engine.ts';

/** Thrown inside a workflow by engines that begin it anew within the same run. */
export class ContinueAsNew extends Error {
  readonly input: StepInput;

  constructor(input: StepInput) {
    super('the workflow begins anew');
    this.input = input;
  }
}

/** Something that whoever runs the program can mend; the message says how, so no stack is shown. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}

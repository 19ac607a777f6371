import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stacks of failures into a payload, so that the codec encrypts them too. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });

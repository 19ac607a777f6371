import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { OperatorError } from '../operator_error.ts';
import { explainFailure } from './explain_failure.ts';

const coded = (code: string, message: string) => Object.assign(new Error(message), { code });
const defect = new TypeError('x is not a function\n    at nowhere');

describe('what the operator reads when a program fails', () => {
  const cases: [what: string, error: unknown, text: string][] = [
    ['a known failure is told as it is', new OperatorError('Port 1 is taken.'), 'Port 1 is taken.'],
    ['the system’s failure has its code', coded('ENOSPC', 'no space'), 'It failed: no space (ENOSPC).'],
    ['so has PostgreSQL’s', coded('42501', 'denied\nDETAIL'), 'It failed: denied (42501).'],
    [
      'of several attempts the first is told',
      new AggregateError([coded('ECONNREFUSED', 'no')]),
      'It failed: no (ECONNREFUSED).',
    ],
    [
      'of several failed stops each is told',
      new SuppressedError(new OperatorError('Second.'), new OperatorError('First.')),
      'First.\nSecond.',
    ],
    ['what is not an error is told as text', 'odd', 'odd'],
  ];
  for (const [what, error, text] of cases) {
    it(what, () => {
      for (const isTerminal of [true, false]) assert.equal(explainFailure(error, isTerminal), text);
    });
  }

  it('at a terminal the stack of a defect is in a file that the message names', () => {
    for (const error of [defect, coded('ERR_INVALID_ARG_TYPE', 'wrong')]) {
      const text = explainFailure(error, true);
      const file = /the stack, which is in (\S+)$/.exec(text)?.[1];
      assert.ok(file, text);
      assert.doesNotMatch(text, /^\s+at /m);
      assert.equal(readFileSync(file, 'utf8'), `${error.stack}\n`);
      rmSync(dirname(file), { recursive: true });
    }
  });

  it('in a log the stack of a defect follows', () => {
    assert.equal(
      explainFailure(defect, false),
      `This is a defect; please report it with these lines.\n${defect.stack}`,
    );
  });
});

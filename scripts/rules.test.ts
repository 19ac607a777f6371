import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { commonProblems } from '@oms/kit/http/problem.ts';
import { blogProblems } from '../blog/src/errors.ts';
import { orderProblems } from '../oms/src/orders/errors.ts';
import { allowances, pureFiles } from './rules/allowances.ts';
import { featuresApart, importsAreExact, workflowsArePure } from './rules/imports.ts';
import { linksLead } from './rules/links.ts';
import { projectFiles, type Rule } from './rules/source.ts';
import {
  columnsAreNamed,
  commandsExist,
  environmentStaysOutside,
  filesAreSmall,
  noPlaces,
  problemsAreDescribed,
} from './rules/texts.ts';

const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));

/** Each rule with files that break it and files that do not, so that it is known to see anything at all. */
const rules: { rule: string; check: Rule; breaks: [string, string][]; keeps: [string, string][] }[] = [
  {
    rule: 'features import from each other only what is allowed',
    check: featuresApart(allowances),
    breaks: [
      ['oms/src/payments/x.ts', "import { hide } from '../orders/changes.ts';"],
      ['oms/src/engine/x.ts', "export type { Order } from '../orders/order.ts';"],
      ['oms/src/orders/x.ts', "const { capture } = await import('../payments/steps.ts');"],
    ],
    keeps: [
      ['oms/src/payments/x.ts', "import { readOrder } from '../orders/store.ts';"],
      ['oms/src/payments/x.ts', "import { StepError } from '../errors.ts';"],
      ['oms/src/payments/x.ts', "import type { Order } from '../generated/contract/types.gen.ts';"],
      ['oms/src/orders/x.ts', "import { stages } from './order.ts';"],
      ['oms/src/payments/x.test.ts', "import { stages } from '../orders/order.ts';"],
      ['oms/src/main/x.ts', "import { stages } from '../orders/order.ts';"],
      ['oms/src/context.ts', "import { stages } from './orders/order.ts';"],
    ],
  },
  {
    rule: 'a workflow knows the engine and pure files only',
    check: workflowsArePure(pureFiles),
    breaks: [
      ['oms/src/orders/workflow.ts', "import { hash } from 'node:crypto';"],
      ['oms/src/orders/workflow.ts', "import pg from 'pg';"],
      ['oms/src/orders/workflow.ts', "import { readOrder } from './store.ts';"],
      ['oms/src/orders/workflow.ts', "import { embedded } from '../engine/embedded.ts';"],
      ['oms/src/orders/workflow.ts', 'const now = Date.now();'],
      ['oms/src/orders/workflow.ts', 'const at = new Date();'],
      ['oms/src/returns/workflow.ts', 'const chance = Math.random();'],
      ['oms/src/returns/workflow.ts', 'setTimeout(() => {}, 1);'],
      ['oms/src/orders/order.ts', 'export const started_at = Date.now();'],
    ],
    keeps: [
      ['oms/src/orders/workflow.ts', "import type { WorkflowRun } from '../engine/engine.ts';"],
      ['oms/src/orders/workflow.ts', "import { StepError } from '../errors.ts';"],
      ['oms/src/orders/workflow.ts', '// A Date would differ.\nconst name = "Date"; Math.max(1, 2);'],
      ['oms/src/orders/store.ts', 'const now = Date.now();'],
    ],
  },
  {
    rule: 'paths of imports end in .ts',
    check: importsAreExact,
    breaks: [
      ['kit/src/x.ts', "import { a } from './a';"],
      ['kit/src/x.ts', "import { a } from './a.js';"],
      ['kit/src/x.ts', "export * from '@oms/kit/http/problem';"],
      ['scripts/x.js', "import { a } from './a.ts';"],
    ],
    keeps: [
      ['scripts/x.js', "import { a } from './a.js';"],
      ['kit/src/x.ts', "import { a } from './a.ts'; import pg from 'pg'; import { join } from 'node:path';"],
    ],
  },
  {
    rule: 'the environment is read where configuration is made',
    check: environmentStaysOutside,
    breaks: [
      ['oms/src/orders/x.ts', 'const key = process.env.KEY;'],
      ['oms/src/orders/x.ts', "const key = process.env['KEY'];"],
      ['kit/src/x.ts', 'const { env } = process;'],
      ['kit/src/x.ts', "import { env as settings } from 'node:process';"],
    ],
    keeps: [
      ['oms/src/main/x.ts', 'loadConfig(process.env);'],
      ['sandbox/src/main.ts', 'run(process.env);'],
      ['kit/src/x.ts', "spawn('ls', { env: {} });"],
      ['oms/src/orders/x.ts', '// never process.env\nprocess.exitCode = 1;'],
    ],
  },
  {
    rule: 'files are small',
    check: filesAreSmall,
    breaks: [['kit/src/x.ts', 'x;\n'.repeat(300)]],
    keeps: [
      ['kit/src/x.ts', 'x;\n'.repeat(299)],
      ['oms/src/orders/orders.queries.ts', 'x;\n'.repeat(900)],
    ],
  },
  {
    rule: 'statements name their columns',
    check: columnsAreNamed,
    breaks: [
      ['oms/src/x.sql', 'SELECT * FROM orders;'],
      ['oms/src/x.sql', 'SELECT orders.*, 1 FROM orders;'],
      ['oms/src/x.sql', 'SELECT 1 AS one,\n  * FROM orders;'],
      ['oms/src/x.sql', 'DELETE FROM orders\nRETURNING *;'],
    ],
    keeps: [
      [
        'oms/src/x.sql',
        "SELECT count(*), quantity * price, 2 * interval '1 day' FROM orders; -- never SELECT *",
      ],
      ['oms/src/x.sql', '/* @name FindOrder */\nSELECT id FROM orders;'],
    ],
  },
  {
    rule: 'the commands that documents name exist',
    check: commandsExist(Object.keys(scripts)),
    breaks: [['README.md', 'Then run `npm run bild`.']],
    keeps: [
      ['README.md', 'npm run worker -- --engine temporal'],
      ['a.ts', '// npm run nothing'],
    ],
  },
  {
    rule: 'links of documents lead somewhere',
    check: linksLead,
    breaks: [
      ['docs/x.md', 'See [this](nothing.md).'],
      ['docs/x.md', 'See [this](#nothing).'],
      ['docs/x.md', 'See [this](../README.md#nothing).'],
    ],
    keeps: [
      [
        'docs/x.md',
        '# The `First` part, at last\n\n[first](#the-first-part-at-last), [file](../package.json)',
      ],
      ['docs/x.md', 'A [site](https://example.com/x), and code: `[a](b)`.\n\n```md\n[c](d)\n```'],
    ],
  },
  {
    rule: 'nothing names a place of one machine or network',
    check: noPlaces,
    breaks: [
      ['README.md', `https://${'registry'}.npmjs.org/pg`],
      ['a.sh', `cd ${'/work'}/main`],
      ['a.ts', `const home = '${'/home'}/ada/data';`],
      ['package-lock.json', `"resolved${'"'}: "https://packages.example.com/pg.tgz"`],
    ],
    keeps: [
      ['README.md', 'See /api/v1/orders and docs/work/, https://github.com/npm/cli and node_modules/pg'],
    ],
  },
];

const files = projectFiles();

for (const { rule, check, breaks, keeps } of rules) {
  test(rule, () => {
    const ofWholeProject = check(files);
    assert.deepEqual(ofWholeProject, []);
    for (const [path, text] of breaks) {
      const faults = check([{ path, text }]).filter((fault) => fault.includes(path));
      assert.notDeepEqual(faults, [], `the rule does not see this in ${path}: ${text}`);
    }
    for (const [path, text] of keeps) {
      const faults = check([{ path, text }]).filter((fault) => fault.includes(path));
      assert.deepEqual(faults, [], `the rule forbids this in ${path}: ${text}`);
    }
  });
}

test('an allowance that nothing uses is seen', () => {
  assert.match(featuresApart([{ from: 'a', to: 'b/c.ts', why: '' }])([]).join(), /remove its line/);
});

test('docs/errors.md describes every problem and no other', async () => {
  const check = problemsAreDescribed([commonProblems, orderProblems, blogProblems].flatMap(Object.keys));
  const document = await readFile('docs/errors.md', 'utf8');
  assert.deepEqual(check(document), []);
  assert.match(check(document.replace('### unknown_sku\n', '')).join(), /lacks a section "### unknown_sku"/);
  assert.match(check(`${document}\n### sku_unknown\n`).join(), /describes sku_unknown/);
});

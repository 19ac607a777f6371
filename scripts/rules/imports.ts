import { posix } from 'node:path';
import { importsOf, isCode, isTest, namesIn, type Rule, type SourceFile } from './source.ts';

/** That a feature (or any, `*`) may import a file of another, and why. */
export interface Allowance {
  from: string;
  to: string;
  why: string;
}

/**
 * No feature folder of the order service imports from another, except what is allowed; and nothing is
 * allowed that is not made use of. Wiring (`main/`, files beside the folders) and tests are free.
 */
export function featuresApart(allowances: readonly Allowance[]): Rule {
  return (files) => {
    const unused = new Set(allowances);
    const faults: string[] = [];
    for (const file of files) {
      const feature = featureOf(file.path);
      if (!feature || isTest(file)) continue;
      for (const path of relativeImports(file)) {
        const target = featureOf(path);
        if (!target || target === feature) continue;
        const to = path.slice('oms/src/'.length);
        const allowance = allowances.find(
          (one) => one.to === to && (one.from === '*' || one.from === feature),
        );
        if (allowance) unused.delete(allowance);
        else {
          faults.push(
            `${file.path} imports ${to}, of another feature. If it must, add a line with the reason to ` +
              'scripts/rules/allowances.ts.',
          );
        }
      }
    }
    for (const { from, to } of unused)
      faults.push(`Nothing uses that ${from} may import ${to}: remove its line.`);
    return faults;
  };
}

/** Paths of imports end in .ts (or .json), unless they name a package; plain JavaScript imports only its like. */
export const importsAreExact: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const ending = file.path.endsWith('.js') ? '.js' : '.ts';
    return importsOf(file)
      .filter((path) => /^(\.|\/|@oms\/)/.test(path) && !path.endsWith(ending) && !path.endsWith('.json'))
      .map((path) => `${file.path} imports ${path}, which does not end in ${ending}`);
  });

/**
 * A workflow is run again from its beginning after a crash and must then decide the same: it knows the
 * engine's port and pure files only, which know no others in turn, and neither clock nor chance.
 */
export function workflowsArePure(pure_files: readonly string[]): Rule {
  return (files) => {
    const allowed = ['oms/src/engine/engine.ts', ...pure_files];
    return files
      .filter((file) => /\/workflow\.ts$/.test(file.path) || pure_files.includes(file.path))
      .flatMap((file) => [
        ...importsOf(file)
          .filter((path) => !path.startsWith('.') || !allowed.includes(resolved(file, path)))
          .map(
            (path) => `${file.path} imports ${path}: a workflow knows the engine's port and pure files only.`,
          ),
        ...namesIn(file)
          .filter((name) => IMPURE.has(name))
          .map((name) => `${file.path} uses ${name}: a workflow asks the engine for time and chance.`),
      ]);
  };
}

const IMPURE = new Set(
  `Date Math.random performance setTimeout setInterval setImmediate queueMicrotask process crypto fetch
  globalThis console require Atomics WeakRef FinalizationRegistry`.split(/\s+/),
);

function featureOf(path: string): string | undefined {
  const folder = /^oms\/src\/([^/]+)\//.exec(path)?.[1];
  return folder === 'main' || folder === 'generated' ? undefined : folder;
}

function relativeImports(file: SourceFile): string[] {
  return importsOf(file).flatMap((path) => (path.startsWith('.') ? [resolved(file, path)] : []));
}

function resolved(file: SourceFile, path: string): string {
  return posix.join(posix.dirname(file.path), path);
}

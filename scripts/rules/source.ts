import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import ts from 'typescript';

export interface SourceFile {
  /** From the project's root. */
  path: string;
  text: string;
}

/** A rule of the repository: what breaks it, each fault naming its file. */
export type Rule = (files: SourceFile[]) => string[];

const SIZE_BYTES_MAX = 2_000_000;

/** The project's text files: those that git tracks, and new ones that it does not ignore. */
export function projectFiles(): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  return list
    .split('\0')
    .filter(
      (path) => statSync(path, { throwIfNoEntry: false })?.isFile() && statSync(path).size < SIZE_BYTES_MAX,
    )
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

export function isCode({ path }: SourceFile): boolean {
  return /\.(ts|js)$/.test(path);
}

export function isGenerated({ path }: SourceFile): boolean {
  return /\/generated\/|\.queries\.ts$/.test(path) || path === 'oms/db/schema.sql';
}

export function isTest({ path }: SourceFile): boolean {
  return path.endsWith('.test.ts') || /^[^/]+\/tests\//.test(path);
}

/** What a file imports, as written. */
export function importsOf({ text }: SourceFile): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Names that a file's code uses, without comments and texts; of `a.b` both `a` and `a.b`. */
export function namesIn({ path, text }: SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      names.push(`${node.expression.getText()}.${node.name.text}`);
      visit(node.expression);
      return;
    }
    if (ts.isIdentifier(node)) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return names;
}

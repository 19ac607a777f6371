import { importsOf, isCode, isGenerated, isTest, namesIn, type Rule } from './source.ts';

const READS_ENVIRONMENT = [
  /^[^/]+\/src\/config(\/|\.ts$)/,
  /^[^/]+\/src\/main(\/|\.ts$)/,
  /^kit\/src\/testing\//,
  /^kit\/src\/(postgres\/embedded|programs\/(find|run))\.ts$/,
  /^(scripts|bench|chaos)\//,
  /^[^/]+\/bench\//,
];

/** The environment is read where configuration is made, and nowhere else. */
export const environmentStaysOutside: Rule = (files) =>
  files
    .filter(
      (file) => isCode(file) && !isTest(file) && !READS_ENVIRONMENT.some((place) => place.test(file.path)),
    )
    .filter(
      (file) =>
        namesIn(file).includes('process.env') ||
        importsOf(file).includes('node:process') ||
        /\}\s*=\s*process\b/.test(file.text),
    )
    .map(({ path }) => `${path} reads the environment: take the setting from the configuration.`);

const LINES_MAX = 300;

export const filesAreSmall: Rule = (files) =>
  files
    .filter((file) => /\.(ts|js|sql|sh)$/.test(file.path) && !isGenerated(file))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines >= LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines; split it below ${LINES_MAX}.`);

const ALL_COLUMNS = /(\b(SELECT|RETURNING|DISTINCT|ALL)\s+|,\s*|\.)\*/i;

/** Every statement names its columns: with `*`, a migration changes what a running service's statements return. */
export const columnsAreNamed: Rule = (files) =>
  files
    .filter(({ path }) => path.endsWith('.sql'))
    .flatMap(({ path, text }) => {
      const found = ALL_COLUMNS.exec(text.replaceAll(/--.*/g, ''));
      return found ? [`${path} selects every column ("${found[0]}"); name those that it needs.`] : [];
    });

const PLACES = [
  /registry\.(npmjs|yarnpkg)\b/i,
  /\bproxy\.golang\.org\b/i,
  /\b(files\.python[h]osted|py[p]i)\.org\b/i,
  /\brepo1?\.maven(\.apache)?\.org\b/i,
  /\bdeb\.debian\.org\b/i,
  /\/(artifactory|nexus\/repository)\//i,
  /"resolved": "(http|file:\/)/,
  /(^|[\s"'`(=:])\/(work|root|home|Users)\//m,
  /\b[A-Z]:\\Users\\/,
];

/** Nothing names one machine's folders or a registry's host: it would be wrong on every other. */
export const noPlaces: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    PLACES.flatMap((place) => {
      const found = place.exec(text)?.[0];
      return found === undefined ? [] : [`${path} names a place of one machine or network: ${found.trim()}`];
    }),
  );

/** Each code of a problem has its section in the document, and each section its code. */
export function problemsAreDescribed(codes: readonly string[]): (document: string) => string[] {
  return (document) => {
    const sections = [...document.matchAll(/^#{2,3} ([a-z][a-z0-9_]*)$/gm)].map(([, code]) => code!);
    return [
      ...codes
        .filter((code) => !sections.includes(code))
        .map((code) => `docs/errors.md lacks a section "### ${code}"`),
      ...sections
        .filter((code) => !codes.includes(code))
        .map((code) => `docs/errors.md describes ${code}, which is no code`),
    ];
  };
}

/** Each `npm run` that a document names is a script of the project. */
export function commandsExist(scripts: readonly string[]): Rule {
  return (files) =>
    files
      .filter(({ path }) => /\.(md|ya?ml|env)$/.test(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/npm run ([a-z][\w:-]*)/g)]
          .filter(([, name]) => !scripts.includes(name!))
          .map(([command]) => `${path} names ${command}, which is no script of package.json`),
      );
}

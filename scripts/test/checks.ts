import { auditPackages } from './audit.ts';
import { runNode } from './program.ts';

const CHECKS = {
  types: {
    args: ['node_modules/.bin/tsc'],
    mend: 'Types do not fit: mend them, then run: npm run check',
  },
  lint: {
    args: ['node_modules/.bin/biome', 'ci', '--colors=off'],
    mend: 'Format or lint is off. Run: npm run format',
  },
  generated: {
    args: ['scripts/generate.ts', '--check'],
    mend: 'Generated files have drifted. Run: npm run generate',
  },
};

/** Runs one check. @returns what to do when it fails */
export async function runCheck(
  name: keyof typeof CHECKS,
  environment: NodeJS.ProcessEnv,
  stopped: AbortSignal,
): Promise<string | undefined> {
  const started_at = performance.now();
  const { ok, output } = await runNode(CHECKS[name].args, { environment, stopped, show: false });
  if (stopped.aborted) return undefined;
  const seconds = ((performance.now() - started_at) / 1000).toFixed(1);
  console.log(`${ok ? '✔' : '✖'} ${name} (${seconds} s)`);
  if (ok) return undefined;
  console.log(output.trimEnd());
  return CHECKS[name].mend;
}

/** Checks the packages for known vulnerabilities. @returns what to do when there are any */
export async function runAudit(
  environment: NodeJS.ProcessEnv,
  stopped: AbortSignal,
): Promise<string | undefined> {
  const started_at = performance.now();
  const { outcome, text } = await auditPackages({ folder: process.cwd(), environment, stopped });
  if (stopped.aborted) return undefined;
  const seconds = ((performance.now() - started_at) / 1000).toFixed(1);
  if (outcome === 'not checked') console.log(`- audit (${seconds} s) ${text}`);
  else console.log(`${outcome === 'clean' ? '✔' : '✖'} audit (${seconds} s)`);
  if (outcome !== 'findings') return undefined;
  console.log(text);
  return 'Packages have known vulnerabilities. Update them, or pin a fixed version under overrides in package.json.';
}

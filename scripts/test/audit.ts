import { execFile } from 'node:child_process';

export interface Audit {
  outcome: 'clean' | 'findings' | 'not checked';
  /** For people: the findings, or why nothing was checked. */
  text: string;
}

export interface AuditOptions {
  /** The project whose lock is checked. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  stopped?: AbortSignal;
  /** How long the registry may take. Default 30 s. */
  timeout_ms?: number;
}

/** What `npm audit --json` writes: a report, or why there is none. */
interface Report {
  message?: string;
  vulnerabilities?: Record<string, Vulnerability>;
}

interface Vulnerability {
  severity: string;
  range: string;
  /** Advisories, or the names of vulnerable packages that it needs. */
  via: (string | { title: string; url: string })[];
}

const TIMEOUT_MS = 30_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const FAILING = new Set(['high', 'critical']);
const ARGS = [
  'audit',
  '--json',
  '--omit=dev',
  '--package-lock-only',
  '--audit-level=high',
  '--fetch-retries=0',
];

/**
 * Asks the package registry for advisories about the packages that services run on. A registry that gives none, or
 * cannot be reached, is no finding.
 */
export function auditPackages(options: AuditOptions): Promise<Audit> {
  const { folder, environment, stopped, timeout_ms = TIMEOUT_MS } = options;
  const limits = { timeout: timeout_ms, maxBuffer: OUTPUT_BYTES_MAX, ...(stopped && { signal: stopped }) };
  return new Promise((resolve) => {
    execFile('npm', ARGS, { cwd: folder, env: environment, ...limits }, (error, stdout) => {
      resolve(
        error?.killed
          ? notChecked(`it did not answer within ${timeout_ms / 1000} s`)
          : readReport(stdout, error?.message),
      );
    });
  });
}

function readReport(output: string, failure: string | undefined): Audit {
  let report: Report = {};
  try {
    report = JSON.parse(output);
  } catch {
    return notChecked(failure ?? 'npm wrote no report');
  }
  if (!report.vulnerabilities) return notChecked(report.message ?? 'npm wrote no report');
  const findings = Object.entries(report.vulnerabilities).filter(([, { severity }]) => FAILING.has(severity));
  if (findings.length === 0) return { outcome: 'clean', text: '' };
  return { outcome: 'findings', text: findings.map(([name, finding]) => describe(name, finding)).join('\n') };
}

function notChecked(reason: string): Audit {
  return {
    outcome: 'not checked',
    text: `not checked: the registry gives no audit (${reason.split('\n')[0]})`,
  };
}

function describe(name: string, { severity, range, via }: Vulnerability): string {
  const reasons = via.map((one) => (typeof one === 'string' ? `needs ${one}` : `${one.title}, ${one.url}`));
  return `  ${name} ${range}: ${severity}; ${reasons.join('; ')}`;
}

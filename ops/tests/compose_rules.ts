import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the rules read of a compose file. */
export interface Compose {
  services: Record<string, Service>;
}

export interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  deploy?: { resources?: { limits?: { cpus?: string; memory?: string } } };
  'x-no-health-check'?: string;
}

export interface Known {
  /** Names of the variables that our programs read. */
  settings: ReadonlySet<string>;
  /** Names of the variables that the example of the environment has. */
  secrets: ReadonlySet<string>;
  /** The project's folder. */
  project: string;
}

type Check = (name: string, service: Service, compose: Compose, known: Known) => string[];

/** What is wrong with a compose file, each fault naming its service. */
export function faultsOf(compose: Compose, known: Known): string[] {
  return Object.entries(compose.services).flatMap(([name, service]) =>
    checks.flatMap((check) => check(name, service, compose, known)),
  );
}

const isPinned: Check = (name, { image }) =>
  /:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/.test(image) ? [] : [`${name}: the image ${image} is not pinned`];

const hasHealthCheck: Check = (name, { healthcheck, 'x-no-health-check': reason }) =>
  healthcheck?.test || reason ? [] : [`${name} has neither a health check nor a reason why not`];

const staysOnLoopback: Check = (name, { ports = [] }) =>
  ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} publishes ${port} to all`);

const hasLimits: Check = (name, { deploy }) =>
  deploy?.resources?.limits?.cpus && deploy.resources.limits.memory ? [] : [`${name} has no limits`];

const isStartedAgain: Check = (name, { restart, profiles }) =>
  restart || profiles ? [] : [`${name} is not started again when it fails`];

const variablesAreKnown: Check = (name, { environment = {} }, _compose, { settings }) =>
  Object.keys(environment)
    .filter((variable) => /^(ORDERPROCESSING|BLOG)_/.test(variable) && !settings.has(variable))
    .map((variable) => `${name}: ${variable} is no setting`);

const secretsAreGiven: Check = (name, { environment = {} }, _compose, { secrets }) =>
  Object.entries(environment).flatMap(([variable, value]) => {
    const isSecret = /PASSWORD|PWD|SECRET|KEY|postgres:\/\//.test(`${variable}=${value}`);
    const given = /\$\{([A-Z_]+):\?/.exec(value)?.[1];
    if (isSecret && !given) return [`${name}: ${variable} is not taken from the environment`];
    return given && !secrets.has(given) ? [`${name}: example.env lacks ${given}`] : [];
  });

const filesExist: Check = (name, { command = [], healthcheck, volumes = [] }, _compose, { project }) => {
  const programs = [command, (healthcheck?.test ?? []).slice(1)].filter(([program]) => program === 'node');
  const mounted = volumes.filter((volume) => volume.startsWith('.')).map((volume) => volume.split(':')[0]!);
  return [
    ...programs.map(([, path = '']) => join(project, path)),
    ...mounted.map((path) => join(project, 'ops', path)),
  ]
    .filter((path) => !existsSync(path))
    .map((path) => `${name} names ${path}, which is not there`);
};

const ENDS = 'it ends';
const OF_IMAGE = 'the image has its own';

const waitsForWhatHappens: Check = (name, { depends_on = {} }, { services }) =>
  Object.entries(depends_on).flatMap(([other, { condition }]) => {
    const target = services[other];
    const reason = target?.['x-no-health-check'];
    const happens =
      condition === 'service_healthy'
        ? target?.healthcheck?.test || reason === OF_IMAGE
        : condition === 'service_completed_successfully' && reason === ENDS;
    return happens ? [] : [`${name} waits for ${other} in a way that never happens`];
  });

const checks: Check[] = [
  isPinned,
  hasHealthCheck,
  staysOnLoopback,
  hasLimits,
  isStartedAgain,
  variablesAreKnown,
  secretsAreGiven,
  filesExist,
  waitsForWhatHappens,
];

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { settings as blogSettings } from '../../blog/src/config/settings.ts';
import { settings as orderSettings } from '../../oms/src/config/settings.ts';
import { type Compose, faultsOf, type Known, type Service } from './compose_rules.ts';
import { composeLoader, runTool } from './tools.ts';

const project = join(import.meta.dirname, '../..');
const text = readFileSync(join(project, 'ops/compose.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-compose-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const known: Known = {
  project,
  settings: new Set([
    ...names('ORDERPROCESSING', Object.keys(orderSettings)),
    ...names('BLOG', Object.keys(blogSettings)),
  ]),
  secrets: new Set(
    [...readFileSync(join(project, 'ops/example.env'), 'utf8').matchAll(/^([A-Z_]+)=$/gm)].map(
      ([, name]) => name!,
    ),
  ),
};

test('the specification takes it, and would not take a misspelt key', async (context) => {
  const loads = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content.replace(/\$\{[A-Z_]+:\?[^}]*\}/g, 'secret'));
    return runTool(context, composeLoader, [path]);
  };
  const whole = await loads('compose.yaml', text);
  if (!whole) return;
  assert.equal(whole.status, 0, whole.output);
  const misspelt = await loads('misspelt.yaml', text.replace('healthcheck:', 'healtcheck:'));
  assert.match(misspelt!.output, /validating .*healtcheck/);
});

test('it keeps the rules', () => {
  assert.deepEqual(faultsOf(read(), known), []);
});

const breaks: [string, (services: Record<string, Service>) => void, RegExp][] = [
  ['an image without a version', ({ api }) => set(api, 'image', 'postgres:latest'), /not pinned/],
  ['a service that nobody watches', ({ api }) => set(api, 'healthcheck', {}), /neither a health check nor/],
  ['a port that is open to all', ({ api }) => set(api, 'ports', ['8080:8080']), /publishes 8080:8080 to all/],
  ['a service without limits', ({ api }) => set(api, 'deploy', {}), /has no limits/],
  ['a service that stays down', ({ api }) => delete api!.restart, /not started again/],
  ['a misspelt setting', ({ api }) => set(api, 'environment', { ORDERPROCESSING_HOTS: '' }), /no setting/],
  [
    'a default password',
    ({ postgres }) => set(postgres, 'environment', { POSTGRES_PASSWORD: 'postgres' }),
    /not taken/,
  ],
  [
    'a secret that nobody names',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's syntax
    ({ api }) => set(api, 'environment', { API_KEY: '${NEW_KEY:?}' }),
    /lacks NEW_KEY/,
  ],
  ['a program that is not there', ({ api }) => set(api, 'command', ['node', 'oms/api.ts']), /is not there/],
  [
    'a mount that is not there',
    ({ api }) => set(api, 'volumes', ['./none.sh:/x']),
    /none\.sh, which is not there/,
  ],
  [
    'a wait for the health of what ends',
    ({ api }) => set(api, 'depends_on', { migrate: { condition: 'service_healthy' } }),
    /in a way that never happens/,
  ],
];

for (const [what, mutate, fault] of breaks) {
  test(`the rules see ${what}`, () => {
    const compose = read();
    mutate(compose.services);
    assert.match(faultsOf(compose, known).join('\n'), fault);
  });
}

test('the example of the environment names no secret that nothing takes', () => {
  for (const name of known.secrets) assert.match(text, new RegExp(`\\$\\{${name}:\\?`));
});

function read(): Compose {
  return parse(text, { merge: true });
}

function set<Key extends keyof Service>(service: Service | undefined, key: Key, value: Service[Key]): void {
  service![key] = value;
}

function names(prefix: string, settings: string[]): string[] {
  return settings.map((name) => `${prefix}_${name.toUpperCase()}`);
}

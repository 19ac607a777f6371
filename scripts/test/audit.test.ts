import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Audit, auditPackages } from './audit.ts';

const folder = join(import.meta.dirname, '../..');
const ADVISORIES = '/-/npm/v1/security/advisories/bulk';

const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/fastify/package.json'), 'utf8'));
const PACKUMENT = JSON.stringify({
  name: 'fastify',
  'dist-tags': { latest: version },
  versions: { [version]: { name: 'fastify', version, dist: {} } },
});
const advisory = (severity: string) =>
  JSON.stringify({
    fastify: [
      {
        id: 1,
        url: 'https://github.com/advisories/GHSA-1',
        title: 'A hole',
        severity,
        vulnerable_versions: '*',
      },
    ],
  });

/** A registry that answers the question for advisories so, and knows one version of one package. */
const answering = (status: number, body: string): RequestListener => {
  return (request, response) => {
    const isAudit = request.url === ADVISORIES;
    response.writeHead(isAudit ? status : 200, { 'content-type': 'application/json' });
    response.end(isAudit ? body : PACKUMENT);
  };
};

/** npm keeps what it has worked out from an advisory. */
const cache = mkdtempSync(join(tmpdir(), 'audit-'));
after(() => rmSync(cache, { recursive: true, force: true }));

describe('the audit of packages', { concurrency: true }, () => {
  const cases: [what: string, listener: RequestListener, outcome: Audit['outcome'], text: RegExp][] = [
    ['is clean without advisories', answering(200, '{}'), 'clean', /^$/],
    ['leaves a moderate one to the reader', answering(200, advisory('moderate')), 'clean', /^$/],
    [
      'finds a high one',
      answering(200, advisory('high')),
      'findings',
      /fastify .*high; .*A hole, https:.*GHSA-1/,
    ],
    [
      'checks nothing where the registry gives none',
      answering(405, ''),
      'not checked',
      /gives no audit \(405/,
    ],
    ['checks nothing where it answers no JSON', answering(200, '<html>'), 'not checked', /gives no audit/],
    ['checks nothing where it does not answer in time', () => {}, 'not checked', /did not answer within/],
  ];
  for (const [what, listener, outcome, text] of cases) {
    it(what, async (t) => {
      const registry = createServer(listener).listen(0, '127.0.0.1');
      await new Promise((resolve) => registry.once('listening', resolve));
      t.after(() => {
        registry.closeAllConnections();
        registry.close();
      });
      const { port } = registry.address() as AddressInfo;
      const environment = {
        ...process.env,
        npm_config_registry: `http://127.0.0.1:${port}`,
        npm_config_cache: mkdtempSync(join(cache, 'npm-')),
      };
      const timeout_ms = text.source.includes('did not answer') ? 5_000 : 60_000;
      const audit = await auditPackages({ folder, environment, timeout_ms });
      assert.equal(audit.outcome, outcome, audit.text);
      assert.match(audit.text, text);
    });
  }

  it('checks nothing where nothing listens', async () => {
    const environment = { ...process.env, npm_config_registry: 'http://127.0.0.1:1' };
    const { outcome, text } = await auditPackages({ folder, environment });
    assert.equal(outcome, 'not checked');
    assert.match(text, /^not checked: the registry gives no audit \(.*ECONNREFUSED/);
  });
});

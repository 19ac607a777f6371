import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import pg from 'pg';
import { checkDatabase, requireVersion } from './database_check.ts';

const EVERYTHING = { tables: true, schemas: ['none_yet'] };

describe('a database that was configured', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  const role = `weak_${process.pid}`;
  before(async () => {
    database = await createTestDatabase();
    await query(`CREATE ROLE ${role} LOGIN PASSWORD 'weak'; REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
  });
  after(async () => {
    await query(`DROP ROLE ${role}`);
    await database.drop();
  });

  async function query(text: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(text).finally(() => client.end());
  }

  const changed = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it('is taken when it can be used', async () => {
    await checkDatabase(database.url, EVERYTHING);
  });

  it('needs no right to create what a process does not create', async () => {
    const weak = changed((url) => Object.assign(url, { username: role, password: 'weak' }));
    await checkDatabase(weak, {});
    await checkDatabase(weak, { schemas: ['public'] });
    await assert.rejects(checkDatabase(weak, { tables: true }), /may not create tables there/);
    await assert.rejects(checkDatabase(weak, { schemas: ['none_yet'] }), /create the schema none_yet there/);
    await query(`GRANT CREATE ON SCHEMA public TO ${role}`);
    await checkDatabase(weak, { tables: true });
    await query(`REVOKE CREATE ON SCHEMA public FROM ${role}`);
  });

  const faults: [what: string, change: (url: URL) => void, message: RegExp][] = [
    [
      'where nothing listens',
      (url) => (url.port = '1'),
      /ECONNREFUSED.*Nothing listens there: start PostgreSQL/,
    ],
    [
      'of a wrong password',
      (url) => (url.password = 'wrong'),
      /password authentication failed.*Correct user and password/,
    ],
    ['that is not there', (url) => (url.pathname = '/none'), /database "none" does not exist.*createdb/],
    [
      'of an unknown host',
      (url) => (url.hostname = 'no-such-host.invalid'),
      /(ENOTFOUND.*No machine|EAI_AGAIN)/,
    ],
    [
      'of a user without rights',
      (url) => {
        url.username = role;
        url.password = 'weak';
      },
      /may not create tables and the schema none_yet there.*OWNER TO/,
    ],
    [
      'that has no TLS where it is asked for',
      (url) => url.searchParams.set('sslmode', 'require'),
      /does not support SSL.*sslmode=disable/,
    ],
  ];
  for (const [what, change, message] of faults) {
    it(`${what} is refused, with what to do and without its password`, async () => {
      const url = changed(change);
      await assert.rejects(checkDatabase(url, EVERYTHING), (error: Error) => {
        assert.ok(error instanceof OperatorError, String(error));
        assert.match(error.message, message);
        assert.ok(!error.message.includes(new URL(url).password));
        return true;
      });
    });
  }

  it('is refused when its server is too old', () => {
    for (const version of ['14.9', '9.6.24', '13beta1', ''])
      assert.throws(() => requireVersion(version), /needs 15/);
    for (const version of ['15.0', '18.4 (Debian)', '19devel']) requireVersion(version);
  });
});

import { OperatorError } from '@oms/kit/operator_error.ts';
import pg from 'pg';

const SETTING = 'ORDERPROCESSING_DATABASE_URL';
const CONNECT_TIMEOUT_MS = 10_000;
/** The oldest that the statements run on: `MERGE` and `UNIQUE NULLS NOT DISTINCT` came with it. */
const VERSION_MIN = 15;

/** What a process creates in the database when it is not there yet. Reading and writing needs nothing of it. */
export interface Creates {
  /** Tables of the service, in the schema `public`. */
  tables?: boolean;
  /** Schemas of engine or sandbox. */
  schemas?: string[];
}

/** The schema of DBOS, the embedded engine. */
export const ENGINE_SCHEMA = 'dbos';

/**
 * Connects once to a database that was configured, and does some work on the connection.
 * @throws OperatorError that says what is wrong and what to do about it
 */
export async function checkDatabase<Result = void>(
  url: string,
  creates: Creates,
  work?: (client: pg.Client) => Promise<Result>,
): Promise<Result | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'orderprocessing-check',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Rights>(RIGHTS, [creates.schemas ?? []]);
    requireVersion(rows[0]!.version);
    requireRights(url, creates, rows[0]!);
    return await work?.(client);
  } catch (error) {
    throw error instanceof OperatorError ? error : explainFailure(url, error);
  } finally {
    await client.end().catch(() => {});
  }
}

interface Rights {
  version: string;
  may_create_tables: boolean;
  may_create_schemas: boolean;
  missing_schemas: string[];
}

const RIGHTS = `SELECT current_setting('server_version') AS version,
  has_schema_privilege('public', 'CREATE') AS may_create_tables,
  has_database_privilege(current_database(), 'CREATE') AS may_create_schemas,
  ARRAY(SELECT name FROM unnest($1::text[]) AS name WHERE to_regnamespace(name) IS NULL) AS missing_schemas`;

function requireRights(url: string, creates: Creates, rights: Rights): void {
  const lacks = [
    ...(creates.tables && !rights.may_create_tables ? ['tables'] : []),
    ...(rights.may_create_schemas ? [] : rights.missing_schemas.map((name) => `the schema ${name}`)),
  ];
  if (lacks.length === 0) return;
  throw new OperatorError(
    `The user of ${describePlace(url)} may not create ${lacks.join(' and ')} there. ` +
      'Let the database belong to it: ALTER DATABASE … OWNER TO ….',
  );
}

/** @throws OperatorError when the user may not read and write the orders of a migrated database */
export async function requireTableRights(url: string, client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ right: string }>(
    `SELECT "right" FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS "right"
     WHERE NOT has_table_privilege('public.orders', "right")`,
  );
  if (rows.length === 0) return;
  const lacks = rows.map(({ right }) => right).join(', ');
  throw new OperatorError(
    `The user of ${describePlace(url)} lacks rights on its tables (${lacks} on orders). As their owner run: ` +
      'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ….',
  );
}

/** @throws OperatorError when the server is too old */
export function requireVersion(version: string): void {
  if (Number.parseInt(version, 10) >= VERSION_MIN) return;
  throw new OperatorError(
    `The database server is PostgreSQL ${version}; this service needs ${VERSION_MIN} or later. Upgrade it, or name another in ${SETTING}.`,
  );
}

/** Host and database, without user and password. */
export function describePlace(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function explainFailure(url: string, cause: unknown): OperatorError {
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  const remedy = REMEDIES[code] ?? (/SSL|TLS|certificate/i.test(message) ? TLS : `Is ${SETTING} right?`);
  const reason = message || code || String(cause);
  return new OperatorError(`The database ${describePlace(url)} cannot be used: ${reason}. ${remedy}`, {
    cause,
  });
}

const TLS = `Add sslmode=require to ${SETTING} where the server wants TLS, or sslmode=disable where it has none.`;

/** By the code of the network or of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const REMEDIES: Record<string, string> = {
  ECONNREFUSED: `Nothing listens there: start PostgreSQL, or correct host and port in ${SETTING}.`,
  ENOTFOUND: `No machine has this name: correct the host in ${SETTING}.`,
  EAI_AGAIN: `The name cannot be looked up now: is the network up, and the host in ${SETTING} right?`,
  ETIMEDOUT: 'It does not answer: is a firewall in between?',
  '28P01': `Correct user and password in ${SETTING}.`,
  '28000': `The server lets this user not in from here: correct ${SETTING}, or the server's pg_hba.conf.`,
  '3D000': `Create it (createdb), or correct the name in ${SETTING}.`,
  '42501':
    'Give the user rights on it: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ….',
  '53300': 'The server has no connection left: raise its max_connections, or stop what uses them.',
};

import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { OperatorError } from '@oms/kit/operator_error.ts';
import type { ListedParcel, ListedPayment, ListedRefund } from '../verify/lists.ts';
import type { Intent, Parcel } from '../verify/providers.ts';
import type { Finding, FindingStatus } from './finding.ts';

export interface Run {
  started_at: Date;
  /** Database and accounts; a run goes on only with the same. */
  subject: string;
  since: Date | undefined;
}

export interface Cursor {
  /** What the next page begins after. */
  after: string | undefined;
  /** How many items there were so far. */
  count: number;
  is_done: boolean;
}

export type Phase = 'payments' | 'refunds' | 'parcels' | 'orders' | 'strangers' | 'suspects';

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS run (started_at TEXT NOT NULL, subject TEXT NOT NULL, since TEXT);
  CREATE TABLE IF NOT EXISTS cursors (phase TEXT PRIMARY KEY, after TEXT, count INTEGER NOT NULL, is_done INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL, amount_received INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS payments_by_order ON payments (order_id);
  CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS refunds_by_payment ON refunds (payment_id);
  CREATE TABLE IF NOT EXISTS parcels (id TEXT PRIMARY KEY, order_id TEXT NOT NULL, tracking_code TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS parcels_by_order ON parcels (order_id);
  CREATE TABLE IF NOT EXISTS suspects (order_id TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS findings (
    kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
    repair TEXT, status TEXT NOT NULL, failure TEXT,
    PRIMARY KEY (kind, subject, detail)
  );`;

/**
 * What a run has read and found so far, in a file: memory stays small however long the lists are, and an
 * interrupted run goes on where it was. A page and the cursor behind it are written together.
 */
export class State {
  readonly #path: string;
  readonly #database: DatabaseSync;

  /** @throws OperatorError when another run has the file */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#database = new DatabaseSync(path);
      this.#database.exec(SCHEMA);
    } catch (cause) {
      throw new OperatorError(
        `The file ${path} cannot be used: ${(cause as Error).message}. ` +
          'Does another run of reconcile go on? If none does, remove the file.',
        { cause },
      );
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Closes, and forgets everything: the run is over. */
  remove(): void {
    this.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.#path + suffix, { force: true });
  }

  /** The run that was begun, if there is one. */
  run(): Run | undefined {
    const [row] = this.#all('SELECT * FROM run');
    if (!row) return undefined;
    const since = row.since === null ? undefined : new Date(String(row.since));
    return { started_at: new Date(String(row.started_at)), subject: String(row.subject), since };
  }

  begin({ started_at, subject, since }: Run): void {
    this.transaction(() => {
      for (const table of ['run', 'cursors', 'payments', 'refunds', 'parcels', 'suspects', 'findings']) {
        this.#database.exec(`DELETE FROM ${table}`);
      }
      this.#run(
        'INSERT INTO run VALUES (?, ?, ?)',
        started_at.toISOString(),
        subject,
        since?.toISOString() ?? null,
      );
    });
  }

  transaction(work: () => void): void {
    this.#database.exec('BEGIN');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  cursor(phase: Phase): Cursor {
    const [row] = this.#all('SELECT after, count, is_done FROM cursors WHERE phase = ?', phase);
    if (!row) return { after: undefined, count: 0, is_done: false };
    return { after: text(row.after), count: Number(row.count), is_done: row.is_done === 1 };
  }

  move(phase: Phase, { after, count, is_done }: Cursor): void {
    this.#run(
      'INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)',
      phase,
      after ?? null,
      count,
      is_done ? 1 : 0,
    );
  }

  keepPayments(payments: ListedPayment[]): void {
    for (const { id, order_id, status, currency, amount_received } of payments) {
      if (order_id === undefined) continue;
      this.#run(
        'INSERT OR REPLACE INTO payments VALUES (?, ?, ?, ?, ?)',
        id,
        order_id,
        status,
        currency,
        amount_received,
      );
    }
  }

  keepRefunds(refunds: ListedRefund[]): void {
    for (const { id, payment_id, amount } of refunds) {
      if (payment_id === undefined) continue;
      this.#run('INSERT OR REPLACE INTO refunds VALUES (?, ?, ?)', id, payment_id, amount);
    }
  }

  keepParcels(parcels: ListedParcel[]): void {
    for (const { id, order_id, tracking_code, is_live } of parcels) {
      if (order_id === undefined || !is_live) continue;
      this.#run('INSERT OR REPLACE INTO parcels VALUES (?, ?, ?)', id, order_id, tracking_code);
    }
  }

  payments(order_id: string): Intent[] {
    const rows = this.#all(
      `SELECT id, status, currency, amount_received,
         (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = payments.id) AS amount_refunded
       FROM payments WHERE order_id = ? ORDER BY id`,
      order_id,
    );
    return rows as unknown as Intent[];
  }

  parcels(order_id: string): Parcel[] {
    return this.#all(
      'SELECT id, tracking_code FROM parcels WHERE order_id = ? ORDER BY id',
      order_id,
    ) as unknown as Parcel[];
  }

  /** Orders that the providers' lists name, in order. */
  named(after: string, limit: number): string[] {
    const page = (table: string) =>
      `SELECT * FROM (SELECT DISTINCT order_id FROM ${table} WHERE order_id > ?1 ORDER BY order_id LIMIT ?2)`;
    const rows = this.#all(
      `${page('payments')} UNION ${page('parcels')} ORDER BY order_id LIMIT ?2`,
      after,
      limit,
    );
    return rows.map((row) => String(row.order_id));
  }

  suspect(order_id: string): void {
    this.#run('INSERT OR IGNORE INTO suspects VALUES (?)', order_id);
  }

  nextSuspect(after: string): string | undefined {
    const sql = 'SELECT order_id FROM suspects WHERE order_id > ? ORDER BY order_id LIMIT 1';
    return text(this.#all(sql, after)[0]?.order_id);
  }

  /** Forgets what could be repaired and was not, so that its orders are looked at anew. */
  forgetRepairable(): void {
    this.transaction(() => {
      const { changes } = this.#prepared(`DELETE FROM findings WHERE status = 'repairable'`).run();
      if (changes !== 0) this.#run(`DELETE FROM cursors WHERE phase = 'suspects'`);
    });
  }

  keepFinding({ kind, subject, detail, repair, status, failure }: Finding): void {
    this.#run(
      'INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?)',
      kind,
      subject,
      detail,
      repair ?? null,
      status,
      failure ?? null,
    );
  }

  findingsOf(subject: string): Finding[] {
    return this.#all('SELECT * FROM findings WHERE subject = ?', subject).map(toFinding);
  }

  /** All findings, one by one, in an order of their own. */
  *findings(): Generator<Finding> {
    const statement = this.#database.prepare('SELECT * FROM findings ORDER BY kind, subject, detail');
    for (const row of statement.iterate()) yield toFinding(row as Row);
  }

  count(table: 'payments' | 'refunds' | 'parcels' | 'suspects'): number {
    return Number(this.#all(`SELECT count(*) AS count FROM ${table}`)[0]?.count);
  }

  /** How many findings there are of each kind, by what became of them. */
  tally(): { kind: Finding['kind']; status: FindingStatus; count: number }[] {
    const sql = 'SELECT kind, status, count(*) AS count FROM findings GROUP BY kind, status ORDER BY kind';
    return this.#all(sql) as unknown as ReturnType<State['tally']>;
  }

  #all(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#prepared(sql).run(...values);
  }

  #prepared(sql: string) {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
}

type Row = Record<string, SQLOutputValue>;

function text(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toFinding(row: Row): Finding {
  return {
    kind: row.kind as Finding['kind'],
    subject: String(row.subject),
    detail: String(row.detail),
    repair: text(row.repair),
    status: row.status as FindingStatus,
    failure: text(row.failure),
  };
}

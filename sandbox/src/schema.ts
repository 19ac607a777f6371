import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** Creates the schema `sandbox` where it is missing. */
export async function prepareSchema(pool: pg.Pool): Promise<void> {
  await pool.query(readFileSync(new URL('./schema.sql', import.meta.url), 'utf8'));
}

/** Forgets every payment, parcel, key, webhook and fault order. */
export async function emptySchema(pool: pg.Pool): Promise<void> {
  await pool.query(
    `TRUNCATE sandbox.payment_intents, sandbox.refunds, sandbox.idempotency_keys, sandbox.shipments, sandbox.webhooks, sandbox.faults`,
  );
}

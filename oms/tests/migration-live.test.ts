import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

const CLIENTS = 3;

describe('when a migration adds columns beside a running service', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('CUP', 1000);
  });
  after(async () => {
    await assertInvariants(network).finally(() => network.stop());
  });

  it('no request fails and every order completes', async () => {
    const placed: string[] = [];
    const failed: unknown[] = [];
    let isMigrating = true;
    const call = async (...request: Parameters<typeof network.api.call>) => {
      const answer = await network.api.call(...request);
      if (answer.status >= 400) failed.push([...request, answer.body]);
      return answer;
    };
    const useAll = async (customer_id: string) => {
      const path = `/api/v1/customers/${customer_id}`;
      await call('PUT', path, { name: 'Ada Lovelace' });
      await call('GET', path);
      await call('PUT', '/api/v1/products/CUP', { name: 'Cup', unit_price: 250, currency: 'GBP' });
      await call('POST', '/api/v1/products/CUP/receipts', { quantity: 1 });
      for (const list of ['products', 'products/CUP', 'orders']) await call('GET', `/api/v1/${list}`);
      const { id } = await network.api.place({ customer_id, lines: [{ sku: 'CUP', quantity: 1 }] });
      placed.push(id);
      for (const part of ['', '/events', '/payment']) await call('GET', `/api/v1/orders/${id}${part}`);
      await network.api.ended(id);
      await call('DELETE', `/api/v1/orders/${id}`);
    };
    const useUntilMigrated = async (customer_id: string) => {
      do await useAll(customer_id);
      while (isMigrating);
      await useAll(customer_id);
    };
    for (const customer_id of clients) await useAll(customer_id);

    const using = Promise.all(clients.map(useUntilMigrated));
    await addColumns(network);
    isMigrating = false;
    await using;

    assert.deepEqual(failed, []);
    const ended = await Promise.all(placed.map((id) => network.api.order(id)));
    assert.ok(ended.every(({ status }) => status === 'completed'));
  });
});

const clients = Array.from({ length: CLIENTS }, (_, index) => `client-${index}`);

async function addColumns({ pool }: Network): Promise<void> {
  const { rows } = await pool.query(`SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations'`);
  assert.ok(rows.length > 8);
  for (const { relname } of rows) await pool.query(`ALTER TABLE ${relname} ADD COLUMN added_beside_it int`);
}

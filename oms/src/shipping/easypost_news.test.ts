import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNews } from './easypost_news.ts';

const DELIVERED = {
  shipment_id: 'shp_1',
  status: 'delivered',
  updated_at: '2026-01-09T00:00:00Z',
  est_delivery_date: '2026-01-10T00:00:00Z',
};
const times = (...changes: object[]) => {
  const { at, expected_at } = toNews(Object.assign({}, DELIVERED, ...changes));
  return [at.toISOString(), expected_at?.toISOString() ?? null];
};
const UPDATED = '2026-01-09T00:00:00.000Z';
const EXPECTED = '2026-01-10T00:00:00.000Z';

describe('news of EasyPost', () => {
  it('are as old as the last scan that says so, else as the tracker’s update', () => {
    const scans = [
      { status: 'delivered', datetime: '2026-01-07T10:00:00Z' },
      { status: 'delivered', datetime: '2026-01-08T10:00:00+01:00' },
      { status: 'in_transit', datetime: '2026-01-08T11:00:00Z' },
    ];
    assert.deepEqual(times({ tracking_details: scans }), ['2026-01-08T09:00:00.000Z', EXPECTED]);
    for (const tracking_details of [[], null, [{ status: 'in_transit', datetime: '2026-01-07T10:00:00Z' }]])
      assert.deepEqual(times({ tracking_details }), [UPDATED, EXPECTED]);
  });

  for (const datetime of [
    '0000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '99999',
    '99999-01-01',
    '2099-01-01T00:00:00Z',
    '',
  ]) {
    it(`do without the carrier’s time ${JSON.stringify(datetime)}`, () => {
      const scans = { tracking_details: [{ status: 'delivered', datetime }] };
      assert.deepEqual(times(scans), [UPDATED, EXPECTED]);
    });
  }

  it('expect no parcel in a year that no database can keep', () => {
    for (const est_delivery_date of ['0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z']) {
      assert.deepEqual(times({ est_delivery_date }), [UPDATED, null]);
    }
  });

  it('do without times that cannot be read', () => {
    const scans = { tracking_details: [{ status: 'delivered', datetime: 'soon' }] };
    assert.deepEqual(times(scans, { est_delivery_date: null }), [UPDATED, null]);
    const before = Date.now();
    const { at } = toNews({ status: 'delivered' });
    assert.ok(at.getTime() >= before);
  });
});

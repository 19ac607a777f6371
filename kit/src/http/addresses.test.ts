import assert from 'node:assert/strict';
import type { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { reachableAddresses } from './addresses.ts';

const card = (family: 'IPv4' | 'IPv6', address: string, internal = false) =>
  ({ family, address, internal, netmask: '', mac: '', cidr: null }) as NonNullable<
    ReturnType<typeof networkInterfaces>[string]
  >[number];

const CARDS = {
  lo: [card('IPv4', '127.0.0.1', true), card('IPv6', '::1', true)],
  eth0: [card('IPv4', '192.0.2.7'), card('IPv6', 'fe80::1'), card('IPv6', '2001:db8::7')],
};
const URL_HERE = 'http://127.0.0.1:8080';

describe('the addresses that a start shows', () => {
  const cases: [host: string, cards: ReturnType<typeof networkInterfaces>, shown: string[]][] = [
    ['127.0.0.1', CARDS, [URL_HERE]],
    ['192.0.2.7', CARDS, [URL_HERE]],
    ['0.0.0.0', CARDS, ['http://192.0.2.7:8080']],
    ['::', CARDS, ['http://192.0.2.7:8080', 'http://[2001:db8::7]:8080']],
    ['0.0.0.0', { lo: CARDS.lo }, [URL_HERE]],
  ];
  for (const [host, cards, shown] of cases) {
    it(`are ${shown.join(' and ')} on ${host} with the cards ${Object.keys(cards).join(' and ')}`, () => {
      assert.deepEqual(reachableAddresses(host, URL_HERE, cards), shown);
    });
  }
});

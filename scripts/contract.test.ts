import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonProblems } from '@oms/kit/http/problem.ts';
import { blogProblems } from '../blog/src/errors.ts';
import { orderProblems } from '../oms/src/orders/errors.ts';
import { type Json, readContract } from './contract/document.ts';
import { contractFaults } from './contract/lint.ts';

const PROBLEMS = { ...commonProblems, ...orderProblems };

const contract = await readContract(fileOf('orders'));

for (const [name, problems] of [
  ['orders', PROBLEMS],
  ['blog', { ...commonProblems, ...blogProblems }],
] as const) {
  test(`the contract of ${name} is whole: OpenAPI, errors and examples of every operation`, async () => {
    assert.deepEqual(await contractFaults(await readContract(fileOf(name)), problems), []);
  });
}

function fileOf(name: string): string {
  return new URL(`../contracts/${name}.openapi.yaml`, import.meta.url).pathname;
}

const spoilt: [string, RegExp, (document: Json) => void][] = [
  ['not OpenAPI', /not OpenAPI/, (it) => delete it.info.title],
  ['two operations of one name', /names two operations/, (it) => {
    it.paths['/health'].get.operationId = 'getReadiness';
  }],
  ['no summary', /listOrders has no summary/, (it) => delete it.paths['/api/v1/orders'].get.summary],
  ['an error left out', /createOrder does not tell its error 422/, (it) => {
    delete it.paths['/api/v1/orders'].post.responses['422'];
  }],
  ['a POST without a key', /receiveStock takes no Idempotency-Key/, (it) => {
    it.paths['/api/v1/products/{sku}/receipts'].post.parameters = [];
  }],
  ['a token’s error left out', /getProduct does not tell its error 401/, (it) => {
    it.paths['/api/v1/products/{sku}'].get.security = [{ token: [] }];
  }],
  ['no success', /getHealth does not tell its success/, (it) => delete it.paths['/health'].get.responses['200']],
  ['no example', /createOrder request application\/json has no example/, (it) => {
    delete it.paths['/api/v1/orders'].post.requestBody.content['application/json'].examples;
  }],
  ['a wrong example', /AcceptedOrder|does not fit its schema.*status/, (it) => {
    it.components.examples.AcceptedOrder.value.status = 'lost';
  }],
  ['an example with a property too many', /does not fit its schema.*additional properties/, (it) => {
    it.components.examples.Product.value.colour = 'red';
  }],
  ['an example that nothing uses', /example Spare is not used/, (it) => {
    it.components.examples.Spare = { value: 1 };
  }],
  ['a problem that the service has not', /no problem of the service is unknown_thing/, (it) => {
    it.components.examples.UnknownSku.value.code = 'unknown_thing';
  }],
]; // biome-ignore format: one line per case

for (const [name, expected, spoil] of spoilt) {
  test(`the lint sees ${name}`, async () => {
    const copy = structuredClone(contract);
    spoil(copy);
    assert.match((await contractFaults(copy, PROBLEMS)).join('\n'), expected);
  });
}

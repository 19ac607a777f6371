import { defineConfig } from '@hey-api/openapi-ts';

export default defineConfig({
  input: './contracts/orders.openapi.yaml',
  output: { path: 'oms/src/generated/contract', importFileExtension: '.ts' },
  plugins: ['@hey-api/typescript', 'fastify'],
});

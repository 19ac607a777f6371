import { defineConfig } from '@hey-api/openapi-ts';

const services = { orders: 'oms', blog: 'blog' };

export default defineConfig(
  Object.entries(services).map(([contract, folder]) => ({
    input: `./contracts/${contract}.openapi.yaml`,
    output: { path: `${folder}/src/generated/contract`, importFileExtension: '.ts' as const },
    plugins: ['@hey-api/typescript' as const, 'fastify' as const],
  })),
);

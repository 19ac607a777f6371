import { OperatorError } from '@oms/kit/operator_error.ts';
import type { Config } from '../config/config.ts';

/** Where a sandbox of another process stands in for the providers; nowhere when they are real. */
export function sandboxUrl({ sandbox, sandbox_port }: Config): string | undefined {
  if (!sandbox) return undefined;
  if (sandbox_port !== 0) return `http://127.0.0.1:${sandbox_port}`;
  throw new OperatorError(
    'The sandbox took a free port: name its address as ORDERPROCESSING_STRIPE_URL and …_EASYPOST_URL.',
  );
}

/** The configuration with each provider's address, where it is not the provider's own. */
export function withProviders(config: Config): Config {
  const isGiven = config.stripe_url && config.easypost_url;
  const url = isGiven ? undefined : sandboxUrl(config);
  if (!url) return config;
  return { ...config, stripe_url: config.stripe_url ?? url, easypost_url: config.easypost_url ?? url };
}

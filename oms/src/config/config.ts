import * as kit from '@oms/kit/config/config.ts';
import { payloadKeyFaults } from './payload_keys.ts';
import { settings } from './settings.ts';

/** Everything that can be set, typed; see `settings.ts` for meanings, units and defaults. */
export interface Config {
  database_url: string | undefined;
  data_folder: string;
  host: string;
  port: number;
  log_level: string;
  api_key: string | undefined;
  currency: string;
  database_connections_max: number;
  engine: 'embedded' | 'temporal';
  temporal_address: string | undefined;
  temporal_namespace: string;
  temporal_tls: boolean;
  temporal_api_key: string | undefined;
  temporal_port: number;
  temporal_ui_port: number;
  temporal_heartbeat_timeout_ms: number;
  temporal_build_id: string | undefined;
  temporal_payload_keys: string | undefined;
  temporal_ui_url: string | undefined;
  patches_held_back: string | undefined;
  metrics_port: number;
  workflows_max: number;
  reservation_time_to_live_ms: number;
  retry_first_delay_ms: number;
  outage_first_wait_ms: number;
  outage_deadline_ms: number;
  sandbox: boolean;
  sandbox_port: number;
  provider_timeout_ms: number;
  stripe_key: string;
  stripe_url: string | undefined;
  easypost_key: string;
  easypost_url: string | undefined;
  easypost_webhook_secret: string | undefined;
  track_deliveries: boolean;
  play_orders: boolean;
}

export { ConfigError } from '@oms/kit/config/config.ts';

const PREFIX = 'ORDERPROCESSING_';

/** Reads the configuration from the environment. @throws ConfigError naming every fault at once */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const values = kit.readSettings({ prefix: PREFIX, settings }, environment, findContradictions);
  // The embedded engine keeps each waiting workflow in the memory of its one process.
  values.track_deliveries ??= values.engine === 'temporal';
  values.easypost_webhook_secret = findWebhookSecret(values);
  return values as unknown as Config;
}

/** The default is known to everyone, so it is good for the sandbox alone. */
function findWebhookSecret(values: Record<string, unknown>): string | undefined {
  const secret = values.easypost_webhook_secret as string;
  const isSandboxed = values.sandbox === true && values.easypost_url === undefined;
  return isSandboxed || secret !== settings.easypost_webhook_secret.schema.default ? secret : undefined;
}

function findContradictions(values: Record<string, unknown>): string[] {
  return [
    ...findMissingKeys(values),
    ...findKeyInTheClear(values),
    ...findWrongPayloadKeys(values),
    ...findShortReservations(values),
  ];
}

/** Stock that is set free cancels its order, which may be waiting for a provider. */
function findShortReservations(values: Record<string, unknown>): string[] {
  if (Number(values.reservation_time_to_live_ms) >= Number(values.outage_deadline_ms)) return [];
  return [
    `${variableName('reservation_time_to_live_ms')} must be at least ${variableName('outage_deadline_ms')}: ` +
      'an order must not lose its stock while it waits for a provider',
  ];
}

function findWrongPayloadKeys({ temporal_payload_keys: keys }: Record<string, unknown>): string[] {
  if (typeof keys !== 'string') return [];
  return payloadKeyFaults(keys).map((fault) => `${variableName('temporal_payload_keys')} ${fault}`);
}

function findKeyInTheClear({ temporal_api_key, temporal_tls }: Record<string, unknown>): string[] {
  if (temporal_api_key === undefined || temporal_tls === true) return [];
  return [
    `${variableName('temporal_api_key')} would travel in the clear: set ${variableName('temporal_tls')}`,
  ];
}

function findMissingKeys(values: Record<string, unknown>): string[] {
  if (values.sandbox !== false) return [];
  return (['stripe', 'easypost'] as const)
    .filter((provider) => values[`${provider}_url`] === undefined)
    .map((provider) => `${provider}_key` as const)
    .filter((name) => values[name] === settings[name].schema.default)
    .map(
      (name) =>
        `${kit.variableName(PREFIX, name)} is missing: without the sandbox the account's own key is needed`,
    );
}

/** The settings as lines of a `--help`. */
export function describeSettings(): string {
  return kit.describeSettings({ prefix: PREFIX, settings });
}

/** The environment variable that sets it. */
export function variableName(name: string): string {
  return kit.variableName(PREFIX, name);
}

import type { Setting } from '@oms/kit/config/config.ts';

const port = { type: 'integer', minimum: 0, maximum: 65_535 };

/** What can be set, each by the environment variable `ORDERPROCESSING_<NAME>`. */
export const settings = {
  database_url: {
    schema: { type: 'string', pattern: '^postgres(ql)?://' },
    meaning: 'PostgreSQL to use. Without it an embedded one is started in the data folder.',
  },
  data_folder: {
    schema: { type: 'string', minLength: 1, default: '.data' },
    meaning: 'Where the embedded database, the Temporal server and the generated API key live.',
  },
  host: {
    schema: { type: 'string', minLength: 1, default: '127.0.0.1' },
    meaning: 'Address to listen on. Beyond loopback every request needs the API key.',
  },
  port: { schema: { ...port, default: 8080 }, meaning: 'Port of the API; 0 for a free one.' },
  log_level: {
    schema: { enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], default: 'warn' },
    meaning: 'Least severity that is logged.',
  },
  api_key: {
    schema: { type: 'string', minLength: 16 },
    meaning: 'Key of trusted callers (X-API-Key). Without it one is generated in the data folder.',
  },
  currency: {
    schema: { type: 'string', format: 'iso-currency', default: 'GBP' },
    meaning: 'Currency of orders that name none.',
  },
  database_connections_max: {
    schema: { type: 'integer', minimum: 4, maximum: 200, default: 20 },
    meaning: 'Most connections of each of three pools: API, steps, engine.',
  },
  engine: {
    schema: { enum: ['embedded', 'temporal'], default: 'embedded' },
    meaning: 'What makes orders durable: PostgreSQL alone, on one machine, or Temporal, on many.',
  },
  temporal_address: {
    schema: { type: 'string', pattern: '^[^:/ ]+:[0-9]{1,5}$' },
    meaning: 'Temporal server to use, as host:port. Without it npm start runs one in the data folder.',
  },
  temporal_namespace: {
    schema: { type: 'string', minLength: 1, default: 'default' },
    meaning: 'Namespace of the orders there.',
  },
  temporal_tls: {
    schema: { type: 'boolean', default: false },
    meaning: 'Whether it is spoken to by TLS.',
  },
  temporal_api_key: {
    schema: { type: 'string', minLength: 1 },
    meaning: 'API key of a Temporal Cloud account; needs TLS.',
  },
  temporal_port: {
    schema: { ...port, default: 7233 },
    meaning: 'Port of the Temporal server that npm start runs; 0 for a free one.',
  },
  temporal_ui_port: {
    schema: { ...port, default: 8233 },
    meaning: 'Port of its user interface; 0 for a free one.',
  },
  temporal_heartbeat_timeout_ms: {
    schema: { type: 'integer', minimum: 200, maximum: 600_000, default: 10_000 },
    meaning:
      'After so long without a sign of life a step is taken to be lost with its worker, and runs elsewhere.',
  },
  temporal_build_id: {
    schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' },
    meaning:
      'Version of the code that workers run, such as a release or commit. With it versions run beside each other.',
  },
  temporal_payload_keys: {
    schema: { type: 'string' },
    meaning:
      'Encrypts what Temporal keeps: keys of 32 bytes, such as 2026a:base64,2025b:base64. The first encrypts, all decrypt.',
  },
  temporal_ui_url: {
    schema: { type: 'string', pattern: '^https?://[^/ ]+/?$' },
    meaning: "Temporal's user interface, whose pages may ask for decrypted payloads; else that of npm start.",
  },
  patches_held_back: {
    schema: { type: 'string', pattern: '^[a-z0-9-]+(,[a-z0-9-]+)*$' },
    meaning: 'Changes of workflows that new orders do not take yet, by name, with commas between.',
  },
  metrics_port: {
    schema: { ...port, default: 2112 },
    meaning:
      "Port of the worker's own /health and /metrics, and of /decode where payloads are encrypted; 0 for a free one.",
  },
  workflows_max: {
    schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 64 },
    meaning: 'Most orders carried at the same time; others wait in the outbox.',
  },
  reservation_time_to_live_ms: {
    schema: { type: 'integer', minimum: 1000, default: 86_400_000 },
    meaning:
      'How long stock is set aside for an order that makes no progress; no shorter than the outage deadline.',
  },
  retry_first_delay_ms: {
    schema: { type: 'integer', minimum: 1, maximum: 60_000, default: 1000 },
    meaning: 'Wait before the second try of a step; it doubles from try to try, to at most a minute.',
  },
  outage_first_wait_ms: {
    schema: { type: 'integer', minimum: 10, maximum: 3_600_000, default: 60_000 },
    meaning:
      'Wait before an order comes back to a provider that stayed away for five tries; it doubles, to 15 times as long.',
  },
  outage_deadline_ms: {
    schema: { type: 'integer', minimum: 0, maximum: 604_800_000, default: 86_400_000 },
    meaning:
      'How long an order waits for a provider in all. Then it is cancelled, or needs a person once its money is held. ' +
      '0: it is cancelled after five tries.',
  },
  sandbox: {
    schema: { type: 'boolean', default: true },
    meaning: 'Whether to start the stand-in for payment provider and carrier, and to use it.',
  },
  sandbox_port: { schema: { ...port, default: 8090 }, meaning: 'Port of the sandbox; 0 for a free one.' },
  provider_timeout_ms: {
    schema: { type: 'integer', minimum: 50, maximum: 120_000, default: 10_000 },
    meaning: 'How long a call of payment provider or carrier may take.',
  },
  stripe_key: {
    schema: { type: 'string', default: 'sk_test_sandbox' },
    meaning: 'Secret key of the Stripe account.',
  },
  stripe_url: {
    schema: { type: 'string', pattern: '^https?://' },
    meaning: "Stripe's address, where it is not its own.",
  },
  easypost_key: {
    schema: { type: 'string', default: 'EZTKsandbox' },
    meaning: 'API key of the EasyPost account.',
  },
  easypost_url: {
    schema: { type: 'string', pattern: '^https?://' },
    meaning: "EasyPost's address, where it is not its own.",
  },
  easypost_webhook_secret: {
    schema: { type: 'string', minLength: 16, default: 'whsec_of_the_sandbox' },
    meaning:
      "Secret of the webhook registered at EasyPost. Without the account's own its events are refused.",
  },
  track_deliveries: {
    schema: { type: 'boolean' },
    meaning:
      "Whether a workflow watches over each completed order's parcel until it is delivered. Default: with Temporal.",
  },
  play_orders: {
    schema: { type: 'boolean', default: true },
    meaning: 'Whether the first start on an embedded database plays the sample orders.',
  },
} satisfies Record<string, Setting>;

import type { Setting } from '@oms/kit/config/config.ts';

/** What can be set, each by the environment variable `BLOG_<NAME>`. */
export const settings = {
  mongodb_url: {
    schema: { type: 'string', pattern: '^mongodb(\\+srv)?://' },
    meaning: "Any server that speaks MongoDB's protocol. Without it FerretDB is started on the data folder.",
  },
  database: {
    schema: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,59}$', default: 'blog' },
    meaning: 'Name of the database.',
  },
  data_folder: {
    schema: { type: 'string', minLength: 1, default: '.data/blog' },
    meaning: 'Where the data of an own FerretDB and the generated secrets live.',
  },
  host: {
    schema: { type: 'string', minLength: 1, default: '127.0.0.1' },
    meaning: 'Address to listen on. Beyond loopback sign-in is on, and writing needs a token.',
  },
  port: {
    schema: { type: 'integer', minimum: 0, maximum: 65_535, default: 8081 },
    meaning: 'Port; 0 for a free one. PORT does the same.',
  },
  sign_in: {
    schema: { type: 'boolean', default: false },
    meaning: 'Whether writing needs a token on loopback too, as behind a proxy that others can reach.',
  },
  registration: {
    schema: { type: 'boolean', default: true },
    meaning: 'Whether anyone may make an account; otherwise only an administrator does.',
  },
  admin_password: {
    schema: { type: 'string', minLength: 10, maxLength: 200 },
    meaning: 'Of the account admin. Without it one is generated in the data folder.',
  },
  token_secret: {
    schema: { type: 'string', minLength: 32 },
    meaning:
      'Signs access tokens; the same for every process. Without it one is generated in the data folder.',
  },
  public_url: {
    schema: { type: 'string', pattern: '^https?://[^/]+$' },
    meaning: "The blog's address as readers see it, for links in feed and pages. Default: as it was called.",
  },
  trusted_proxies: {
    schema: { type: 'string', minLength: 1 },
    meaning: "Addresses of proxies, separated by commas, whose word for the client's address is taken.",
  },
  title: {
    schema: { type: 'string', minLength: 1, maxLength: 100, default: 'Blog' },
    meaning: "The blog's name on pages and in the feed.",
  },
  connections_max: {
    schema: { type: 'integer', minimum: 1, maximum: 500, default: 20 },
    meaning: 'Most connections to the store.',
  },
  log_level: {
    schema: { enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], default: 'warn' },
    meaning: 'Least severity that is logged.',
  },
} satisfies Record<string, Setting>;

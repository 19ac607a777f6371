import type { Config } from '../config/config.ts';

/** The Temporal server that the configuration names, or the one that `npm start` runs on loopback. */
export function temporalAddress(config: Config) {
  const { temporal_address, temporal_port, temporal_namespace: namespace } = config;
  const address = temporal_address ?? `127.0.0.1:${temporal_port}`;
  return { address, namespace, tls: config.temporal_tls, api_key: config.temporal_api_key };
}

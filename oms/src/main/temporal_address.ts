import type { Config } from '../config/config.ts';
import type { EngineInUse } from '../handover/engine_in_use.ts';

/**
 * The Temporal server that the configuration names, or else the one that the database names, or else the one that
 * `npm start` runs on loopback.
 */
export function temporalAddress(config: Config, in_use?: EngineInUse) {
  const { temporal_address, temporal_port } = config;
  const address = temporal_address ?? in_use?.address ?? `127.0.0.1:${temporal_port}`;
  const namespace = in_use?.namespace ?? config.temporal_namespace;
  return { address, namespace, tls: config.temporal_tls, api_key: config.temporal_api_key };
}

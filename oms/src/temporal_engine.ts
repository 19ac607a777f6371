import { OperatorError } from '@oms/kit/operator_error.ts';
import { patchesHeldBack } from './config/patches_held_back.ts';
import { readPayloadKeys } from './config/payload_keys.ts';
import { outagePolicy } from './engine/policies.ts';
import { encryptedBy } from './engine/temporal/codec.ts';
import { temporalMetrics } from './engine/temporal/runtime.ts';
import { TemporalEngine } from './engine/temporal/temporal.ts';
import type { EngineParts, OwnedEngine } from './engine_parts.ts';
import { workflows } from './workflows.ts';

/** The distributed engine, as the configuration has it. */
export function createTemporalEngine({ config, steps, onCapacity, logger }: EngineParts): OwnedEngine {
  const { temporal_payload_keys: keys } = config;
  const { temporal_address: address, temporal_namespace: namespace, workflows_max } = config;
  if (!address) {
    throw new OperatorError(
      'ORDERPROCESSING_TEMPORAL_ADDRESS is not set: which Temporal server carries the orders? ' +
        'npm start runs one by itself.',
    );
  }
  const { temporal_build_id: build_id } = config;
  const engine = new TemporalEngine({
    ...{ address, namespace, workflows, steps, workflows_max, onCapacity, logger },
    ...{ tls: config.temporal_tls, api_key: config.temporal_api_key },
    timing: {
      retry_first_delay_ms: config.retry_first_delay_ms,
      heartbeat_timeout_ms: config.temporal_heartbeat_timeout_ms,
      outages: outagePolicy(config.outage_first_wait_ms, config.outage_deadline_ms),
    },
    patches_held_back: patchesHeldBack(config),
    deployment: build_id === undefined ? undefined : { build_id },
    ...(keys && { data_converter: encryptedBy(readPayloadKeys(keys)) }),
  });
  return { engine, metrics: temporalMetrics, async close() {} };
}

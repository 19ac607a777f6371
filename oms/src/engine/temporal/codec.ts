import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type DataConverter, type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';

/** Keys of 32 bytes by their ids. The first encrypts, all decrypt. */
export type PayloadKeys = ReadonlyMap<string, Buffer>;

/** What Temporal's server and its user interface are to see of a workflow where payloads are encrypted. */
export function encryptedBy(keys: PayloadKeys): DataConverter {
  return {
    payloadCodecs: [new EncryptionCodec(keys)],
    failureConverterPath: new URL('./failure_converter.ts', import.meta.url).pathname,
  };
}

const ENCODING = 'binary/encrypted';
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts payloads by AES-256-GCM. A payload that was not encrypted is read as it is, so that encryption can
 * be switched on while orders run; each names its key, so that keys can be changed.
 *
 * Nonces are random: one key is good for 2^32 payloads, some hundred million orders.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: PayloadKeys;
  readonly #key_id: string;

  constructor(keys: PayloadKeys) {
    const [key_id] = keys.keys();
    if (key_id === undefined) throw new Error('there is no key to encrypt payloads with');
    this.#keys = keys;
    this.#key_id = key_id;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#encrypt(payload));
  }

  /** @throws ValueError for a key that is not known, or what was changed on its way */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.#decrypt(payload) : payload));
  }

  #encrypt(payload: Payload): Payload {
    const key = this.#keys.get(this.#key_id)!;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    const data = Buffer.concat([nonce, cipher.update(toBytes(payload)), cipher.final(), cipher.getAuthTag()]);
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(this.#key_id) },
      data,
    };
  }

  #decrypt({ metadata, data }: Payload): Payload {
    const key_id = text(metadata?.['encryption-key-id']);
    const key = this.#keys.get(key_id);
    if (!key) {
      const known = [...this.#keys.keys()].join(', ');
      throw new ValueError(
        `A payload is encrypted by the key "${key_id}", which is not in ORDERPROCESSING_TEMPORAL_PAYLOAD_KEYS (${known}).`,
      );
    }
    const bytes = Buffer.from(data ?? []);
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw damaged(key_id);
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    }).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return toPayload(
        Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]),
      );
    } catch (cause) {
      throw damaged(key_id, cause);
    }
  }
}

function damaged(key_id: string, cause?: unknown): ValueError {
  return new ValueError(
    `A payload is not what the key "${key_id}" encrypted: it was changed, or the key was.`,
    cause,
  );
}

function isEncrypted({ metadata }: Payload): boolean {
  return text(metadata?.encoding) === ENCODING;
}

function text(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}

function toBytes(payload: Payload): Uint8Array {
  return proto.temporal.api.common.v1.Payload.encode(payload).finish();
}

function toPayload(bytes: Buffer): Payload {
  const { metadata, data } = proto.temporal.api.common.v1.Payload.decode(bytes);
  return { metadata, data };
}

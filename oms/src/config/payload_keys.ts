const KEY_BYTES = 32;
const ID = /^[\w.-]{1,64}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Keys by their ids, in their order, from a text such as `2026a:base64,2025b:base64`. Assumed to be valid. */
export function readPayloadKeys(text: string): Map<string, Buffer> {
  return new Map(split(text).map(({ id, key }) => [id, Buffer.from(key, 'base64')]));
}

/** What is wrong with such a text; tells nothing of the keys themselves. */
export function payloadKeyFaults(text: string): string[] {
  const ids = new Set<string>();
  return split(text).flatMap(({ id, key }, index) => {
    const isRepeated = ids.has(id);
    ids.add(id);
    if (!ID.test(id)) {
      return `must be keys such as 2026a:base64, with commas between; number ${index + 1} has no proper id`;
    }
    if (isRepeated) return `has the id ${id} twice`;
    const { length } = Buffer.from(key, 'base64');
    if (BASE64.test(key) && length === KEY_BYTES) return [];
    return `must have keys of ${KEY_BYTES} bytes in base64 (openssl rand -base64 32); that of ${id} is not`;
  });
}

function split(text: string): { id: string; key: string }[] {
  return text.split(',').map((one) => {
    const colon = one.indexOf(':');
    // Without an id nothing of it may be told: it may be a key.
    return colon < 0 ? { id: '', key: '' } : { id: one.slice(0, colon), key: one.slice(colon + 1) };
  });
}

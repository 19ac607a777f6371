import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

const ALL = new Set(['0.0.0.0', '::', '[::]']);
/** A machine with many virtual networks would fill the screen. */
const SHOWN_MAX = 4;

/**
 * The addresses by which others reach a server that listens on this one. On all addresses (`0.0.0.0`, `::`) those of the
 * machine's network cards, or loopback where it has none.
 * @param url of the server, as it tells itself
 */
export function reachableAddresses(host: string, url: string, interfaces = networkInterfaces()): string[] {
  if (!ALL.has(host)) return [url];
  const cards = Object.values(interfaces).flatMap((infos) => infos ?? []);
  const names = cards
    .filter(isReachable(host))
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  if (names.length === 0) return [url];
  return names.slice(0, SHOWN_MAX).map((name) => {
    const { protocol, port } = new URL(url);
    return `${protocol}//${name}:${port}`;
  });
}

/** Addresses of IPv6 with a scope mean nothing to another machine. */
function isReachable(host: string): (info: NetworkInterfaceInfo) => boolean {
  return ({ internal, family, address }) =>
    !internal && (family === 'IPv4' || (host !== '0.0.0.0' && !address.startsWith('fe80:')));
}

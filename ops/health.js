// Ends with 0 when the address that is given answers well: the image has no curl.
const [, , url] = process.argv;
fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
);

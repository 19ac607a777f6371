import { readFileSync } from 'node:fs';
import { parseOptions } from '@oms/kit/main/options.ts';

const HELP = `Shows where the time of a profile went, as npm run bench -- --cpu-profile writes them.

node bench/profile.ts file.cpuprofile                   by package, or folder of ours
node bench/profile.ts file.cpuprofile --inside stripe   by function, of those whose name has this in it

What Node and V8 do counts for the package that called them. Left out are idle time, and sending to a socket:
that wakes the other process, which then runs instead of us on a machine with few cores.`;

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
}

interface Profile {
  nodes: ProfileNode[];
  /** The node that ran, at each moment, and the time since the moment before. */
  samples: number[];
  timeDeltas: number[];
}

const LISTED_MAX = 40;
const SENDING = new Set(['writev', 'writeBuffer', '(idle)']);

const { values, positionals } = parseOptions({
  options: { help: { type: 'boolean', short: 'h' }, inside: { type: 'string' } },
  allowPositionals: true,
});
if (values.help || positionals.length !== 1) console.log(HELP);
else show(JSON.parse(readFileSync(positionals[0]!, 'utf8')), values.inside);

function show({ nodes, samples, timeDeltas }: Profile, inside: string | undefined): void {
  const by_id = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  // A parent comes before its children.
  for (const node of nodes) {
    const part = partOf(node) ?? parts.get(node.id) ?? 'node';
    parts.set(node.id, part);
    for (const child of node.children ?? []) parts.set(child, part);
  }

  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const { callFrame } = by_id.get(id)!;
    if (SENDING.has(callFrame.functionName)) continue;
    const part = parts.get(id)!;
    const time = timeDeltas[index] ?? 0;
    total += time;
    if (inside !== undefined && !part.includes(inside)) continue;
    const name = inside === undefined ? part : nameOf(callFrame);
    times.set(name, (times.get(name) ?? 0) + time);
  }
  const listed = [...times].toSorted(([, one], [, other]) => other - one).slice(0, LISTED_MAX);
  for (const [name, time] of listed) {
    console.log(`${((time / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
  }
}

/** The package or folder that a function belongs to; undefined for Node's and V8's own. */
function partOf({ callFrame: { functionName, url } }: ProfileNode): string | undefined {
  if (functionName === '(garbage collector)') return functionName;
  const package_name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return package_name ?? /\/((?:kit|oms|sandbox)\/src\/[^/]+)/.exec(url)?.[1];
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  return `${functionName || 'anonymous'}  ${url.split('node_modules/').at(-1)}:${lineNumber + 1}`;
}

/**
 * Reads metrics as strictly as Prometheus' own linter does, and throws at the first fault.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 * @returns each sample's value by its name with labels
 */
export function readMetrics(text: string): Map<string, number> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const samples = new Map<string, number>();
  const families = new Map<string, Family>();
  let current: Family | undefined;
  const open = (name: string): Family => {
    if (current?.name === name) return current;
    if (families.has(name)) throw new Error(`${name} is told twice, or in pieces`);
    current = { name, type: 'untyped' };
    families.set(name, current);
    return current;
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, keyword, name, rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      const family = open(name!);
      if (family.help !== undefined) throw new Error(`${name} has two helps`);
      family.help = rest;
    } else if (keyword === 'TYPE') {
      if (!TYPES.has(rest)) throw new Error(`no such type: ${line}`);
      open(name!).type = rest;
    } else if (!line.startsWith('#')) {
      const sample = SAMPLE.exec(line);
      if (!sample) throw new Error(`no sample: ${line}`);
      const [, metric, labels = '', value] = sample;
      const family = familyOf(metric!, current) ?? open(metric!);
      if (!family.help) throw new Error(`${family.name} has no help`);
      if (family.type === 'counter' && !metric!.endsWith('_total')) throw new Error(`${metric} is a counter`);
      const key = metric + labels;
      if (samples.has(key)) throw new Error(`${key} is told twice`);
      samples.set(key, toNumber(value!));
    }
  }
  return samples;
}

interface Family {
  name: string;
  type: string;
  help?: string;
}

const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const LABEL = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
const SAMPLE = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(\{(?:${LABEL}(?:,${LABEL})*)?,?\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$`,
);

/** A histogram's samples have endings that its name has not. */
function familyOf(metric: string, current: Family | undefined): Family | undefined {
  if (current?.name === metric) return current;
  const isPart = current?.type === 'histogram' && metric.replace(/_(bucket|sum|count)$/, '') === current.name;
  return isPart ? current : undefined;
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

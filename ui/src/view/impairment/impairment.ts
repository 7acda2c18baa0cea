/** A bad network as the sliders show it. Zero means that nothing is done. */
export interface Impairment {
  /** Percent. */
  readonly loss: number;
  /** Packets lost in a row on average; 0 for each on its own. */
  readonly burst: number;
  /** Milliseconds. */
  readonly delay: number;
  /** Milliseconds. */
  readonly jitter: number;
  /** Percent. */
  readonly reorder: number;
  /** Kilobits per second; 0 for no limit. */
  readonly rate: number;
  /** Milliseconds; counts only with a rate. */
  readonly queue: number;
  readonly direction: Direction;
  /** Parts that there is no slider for, as they were written. */
  readonly rest: readonly string[];
}

export const directions = ['both', 'up', 'down'] as const;
export type Direction = (typeof directions)[number];

const defaultQueue = 100;

export const perfect: Impairment = { loss: 0, burst: 0, delay: 0, jitter: 0, reorder: 0, rate: 0, queue: defaultQueue, direction: 'both', rest: [] };

/** Networks that people know. */
export const presets = {
  goodWifi: { ...perfect, loss: 0.2, delay: 2, jitter: 2 },
  busyWifi: { ...perfect, loss: 1.5, burst: 2, delay: 8, jitter: 12, rate: 8_000, queue: 100 },
  badWifi: { ...perfect, loss: 6, burst: 3, delay: 20, jitter: 30, reorder: 1, rate: 2_000, queue: 200 },
  hotspot: { ...perfect, loss: 1, delay: 45, jitter: 25, rate: 3_000, queue: 300 },
} as const satisfies Record<string, Impairment>;
export type Preset = keyof typeof presets;

/** The text as after `--impair`; empty when nothing is made worse. */
export function formatImpairment(wanted: Impairment): string {
  const parts: string[] = [];
  if (wanted.loss > 0) parts.push(`loss=${wanted.loss}%`);
  if (wanted.loss > 0 && wanted.burst > 1) parts.push(`burst=${wanted.burst}`);
  if (wanted.delay > 0) parts.push(`delay=${wanted.delay}ms`);
  if (wanted.jitter > 0) parts.push(`jitter=${wanted.jitter}ms`);
  if (wanted.reorder > 0) parts.push(`reorder=${wanted.reorder}%`);
  if (wanted.rate > 0) parts.push(`rate=${wanted.rate}kbit`);
  if (wanted.rate > 0 && wanted.queue > 0 && wanted.queue !== defaultQueue) parts.push(`queue=${wanted.queue}ms`);
  // A queue given in bytes needs its rate, a seed alone does nothing.
  parts.push(...wanted.rest.filter((part) => !part.startsWith('queue=') || wanted.rate > 0));
  if (parts.every((part) => part.startsWith('seed='))) return '';
  if (wanted.direction !== 'both') parts.push(`direction=${wanted.direction}`);
  return parts.join(',');
}

/** Reads what the agent says is simulated; what has no slider is kept as it is. */
export function parseImpairment(text: string): Impairment {
  let read = perfect;
  for (const part of text.split(',').map((p) => p.trim()).filter((p) => p !== '' && p !== 'none')) {
    const [key = '', value = ''] = part.split('=').map((p) => p.trim());
    const found = readPart(key, value);
    read = found === undefined ? { ...read, rest: [...read.rest, part] } : { ...read, ...found };
  }

  return read;
}

function readPart(key: string, value: string): Partial<Impairment> | undefined {
  switch (key) {
    case 'loss':
    case 'reorder':
      return known(key, measure(value, { '%': 1, '': 100 }));
    case 'delay':
    case 'jitter':
    case 'queue':
      return known(key, measure(value, { us: 0.001, ms: 1, s: 1_000 }));
    case 'burst':
      return known(key, measure(value, { '': 1 }));
    case 'rate':
      return known(key, measure(value, { kbit: 1, mbit: 1_000, gbit: 1_000_000, bit: 0.001 }));
    case 'direction': {
      const direction = directions.find((d) => d === value);
      return direction === undefined ? undefined : { direction };
    }

    default:
      return undefined;
  }
}

function known(key: keyof Impairment, value: number | undefined): Partial<Impairment> | undefined {
  return value === undefined ? undefined : { [key]: value };
}

/** A number with one of the units, in the slider's unit. */
function measure(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z%]*)$/.exec(text) ?? [];
  const factor = units[unit];
  return digits === '' || factor === undefined ? undefined : Math.round(Number(digits) * factor * 1_000) / 1_000;
}

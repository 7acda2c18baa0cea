import type { UiPersonStats, UiStatsSample } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { formatBitrate, formatBytes, formatCount, formatMs, formatPercent } from '../../text/quantities.ts';

type GraphKey = keyof typeof t.network.graphs;

/** One line of a graph. */
export interface Line {
  readonly label: string;
  /** The first is drawn strongest; a limit is dashed. */
  readonly style: 'first' | 'second' | 'limit';
  readonly pick: (sample: UiStatsSample) => number | null;
}

/** What a graph shows. */
export interface Graph {
  readonly key: GraphKey;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** The top of the scale is never lower, so that a quiet network does not look wild. */
  readonly leastTop: number;
  /** A value with its unit. */
  readonly format: (value: number) => string;
  /** A bare number, where the unit stands in the title. */
  readonly tick: (value: number) => string;
  /** Said instead of lines. */
  readonly empty: string;
}

const plain = (value: number): string => String(Math.round(value * 10) / 10);
const megabits = (value: number): string => String(Number((value / 1_000_000).toFixed(value < 1_000_000 ? 2 : 1)));
const { series } = t.network;
const { notMeasured, withFiles } = t.network;

const one = (pick: Line['pick']): Line[] => [{ label: series.value, style: 'first', pick }];
const pair = (first: string, pickFirst: Line['pick'], second: string, pickSecond: Line['pick']): Line[] => [
  { label: first, style: 'first', pick: pickFirst },
  { label: second, style: 'second', pick: pickSecond },
];
const percent = (share: number | null): number | null => (share === null ? null : share * 100);

/** The six graphs of one's own connection. */
export const connectionGraphs: readonly Graph[] = [
  { key: 'rtt', unit: 'ms', lines: one((s) => s.rttMs), leastTop: 20, format: formatMs, tick: plain, empty: notMeasured },
  {
    key: 'loss', unit: '%', lines: pair(series.up, (s) => percent(s.lossUp), series.down, (s) => percent(s.lossDown)),
    leastTop: 2, format: (v) => formatPercent(v / 100), tick: plain, empty: notMeasured,
  },
  {
    key: 'jitter', unit: 'ms', lines: pair(series.up, (s) => s.jitterUpMs, series.down, (s) => s.jitterDownMs),
    leastTop: 5, format: formatMs, tick: plain, empty: notMeasured,
  },
  {
    key: 'fps', unit: '', lines: pair(series.sent, (s) => s.fpsSent, series.received, (s) => s.fpsReceived),
    leastTop: 15, format: formatCount, tick: plain, empty: notMeasured,
  },
  {
    key: 'bitrate', unit: 'Mbit/s',
    lines: [
      ...pair(series.up, (s) => s.bitrateUp, series.down, (s) => s.bitrateDown),
      { label: series.allowed, style: 'limit', pick: (s) => s.targetUp },
    ],
    leastTop: 500_000, format: formatBitrate, tick: megabits, empty: notMeasured,
  },
  {
    key: 'window', unit: 'kB',
    lines: [
      { label: series.window, style: 'first', pick: (s) => s.congestionWindow },
      { label: series.threshold, style: 'limit', pick: (s) => s.slowStartThreshold },
    ],
    leastTop: 64_000, format: formatBytes, tick: (v) => String(Math.round(v / 1_000)), empty: withFiles,
  },
];

/** The six graphs of one person's pictures. */
export function personGraphs(id: string): readonly Graph[] {
  const of = (pick: (person: UiPersonStats) => number | null) => one((sample) => {
    const person = sample.people.find((p) => p.id === id);
    return person === undefined ? null : pick(person);
  });
  return [
    { key: 'delay', unit: 'ms', lines: of((p) => p.latencyMs), leastTop: 100, format: formatMs, tick: plain, empty: notMeasured },
    { key: 'lost', unit: '', lines: of((p) => p.framesLost), leastTop: 4, format: formatCount, tick: plain, empty: notMeasured },
    { key: 'frozen', unit: 'ms', lines: of((p) => p.freezeMs), leastTop: 200, format: formatMs, tick: plain, empty: notMeasured },
    { key: 'personFps', unit: '', lines: of((p) => p.fps), leastTop: 15, format: formatCount, tick: plain, empty: notMeasured },
    { key: 'personBitrate', unit: 'Mbit/s', lines: of((p) => p.bitrate), leastTop: 500_000, format: formatBitrate, tick: megabits, empty: notMeasured },
    { key: 'height', unit: '', lines: of((p) => p.height), leastTop: 360, format: (v) => `${v}p`, tick: plain, empty: notMeasured },
  ];
}

/** How fluent pictures are, by the pictures a second of one person, never of all together. */
export function rateFps(fps: number): 'good' | 'fair' | 'poor' {
  if (fps >= 10) return 'good';
  return fps >= 5 ? 'fair' : 'poor';
}

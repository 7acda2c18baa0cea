import type { UiStatsSample } from '../../protocol/messages.g.ts';
import type { Line } from './graphs.ts';

/** Seconds that the graphs can show. */
export const ranges = [60, 300, 600] as const;
export type Range = (typeof ranges)[number];

/** A break in the samples that is longer than this is a gap in the line. */
const gapSeconds = 2.5;

/** A moment of the shared time axis; without a sample it is a gap. */
export interface Moment {
  /** Seconds before the newest sample, 0 or less. */
  readonly x: number;
  readonly sample: UiStatsSample | undefined;
}

/** The time axis of the newest samples; all graphs share it, so that one index means one moment in all of them. */
export function momentsOf(samples: readonly UiStatsSample[], range: Range): Moment[] {
  const newest = samples.at(-1)?.at ?? 0;
  const moments: Moment[] = [];
  for (const sample of samples) {
    const x = (sample.at - newest) / 1_000;
    if (x < -range) continue;
    const before = moments.at(-1)?.x;
    if (before !== undefined && x - before > gapSeconds) moments.push({ x: (x + before) / 2, sample: undefined });
    moments.push({ x, sample });
  }

  return moments;
}

/** The columns of one graph: the time axis, then a column for each line. */
export function columnsOf(moments: readonly Moment[], lines: readonly Line[]): [number[], ...(number | null)[][]] {
  return [moments.map((m) => m.x), ...lines.map((line) => moments.map((m) => (m.sample === undefined ? null : line.pick(m.sample))))];
}

/** The last value that was measured, and the largest; undefined when there is none. */
export function extremes(column: readonly (number | null)[]): { readonly now: number | null; readonly most: number } | undefined {
  const known = column.filter((v) => v !== null);
  return known.length === 0 ? undefined : { now: column.at(-1) ?? null, most: Math.max(...known) };
}

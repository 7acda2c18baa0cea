import type { UiLatency, UiStatsSample } from '../../protocol/messages.g.ts';

export const latencyParts = ['capture', 'packet', 'network', 'jitterBuffer', 'mix', 'playout'] as const satisfies readonly (keyof UiLatency)[];
export type LatencyPart = (typeof latencyParts)[number];

/** How long sound takes from mouth to ear, in whole milliseconds. */
export interface LatencyBudget {
  readonly parts: readonly { readonly part: LatencyPart; readonly milliseconds: number | null }[];
  /** The sum of the parts as they are shown, so that whoever adds them up gets the same. */
  readonly total: number;
  readonly isComplete: boolean;
}

/** Over so many seconds the parts are averaged: a number that changes each second cannot be read. */
const meanOver = 5;

/** The budget of the newest seconds; undefined while nobody is heard. */
export function latencyBudget(samples: readonly UiStatsSample[]): LatencyBudget | undefined {
  const newest = samples.slice(-meanOver);
  const parts = latencyParts.map((part) => {
    const known = newest.flatMap((s) => s.latency[part] ?? []);
    return { part, milliseconds: known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) / known.length) };
  });
  // The packet's 10 ms are known at all times: nobody is heard while there is nothing in the buffer.
  if (newest.every((s) => s.latency.jitterBuffer === null)) return undefined;
  const measured = parts.filter((p) => p.milliseconds !== null);
  return { parts, total: measured.reduce((sum, p) => sum + (p.milliseconds ?? 0), 0), isComplete: measured.length === parts.length };
}

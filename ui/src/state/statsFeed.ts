import type { UiStatsSample } from '../protocol/messages.g.ts';

/** Ten minutes of one sample a second. */
export const keptSamples = 600;
/** Nobody reads faster, and each showing redraws six graphs. */
const leastIntervalMs = 100;

/** Keeps the newest samples in order, and gives them out at most ten times a second, however fast they come. */
export class StatsFeed {
  #samples: readonly UiStatsSample[] = [];
  #isChanged = false;
  #takenAt = -Infinity;

  /** @param isReset Whether the samples replace those that are known. */
  add(isReset: boolean, samples: readonly UiStatsSample[]): void {
    const kept = isReset ? [] : [...this.#samples];
    for (const sample of samples) {
      // A sample that was sent twice, or that came late, would make a line run backwards.
      if (sample.at > (kept.at(-1)?.at ?? -Infinity)) kept.push(sample);
    }

    this.#samples = kept.slice(-keptSamples);
    this.#isChanged = true;
  }

  clear(): void {
    this.#samples = [];
    this.#isChanged = false;
    this.#takenAt = -Infinity;
  }

  /** The samples, oldest first, when there is something new and the last time is long enough ago. */
  take(now: number): readonly UiStatsSample[] | undefined {
    if (!this.#isChanged || now - this.#takenAt < leastIntervalMs) return undefined;
    this.#isChanged = false;
    this.#takenAt = now;
    return this.#samples;
  }
}

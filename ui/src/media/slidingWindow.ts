/** What happened in the last second: how often, and the mean of what was measured. */
export class SlidingWindow {
  readonly #lengthMs: number;
  readonly #entries: { readonly at: number; readonly value: number }[] = [];

  constructor(lengthMs = 1_000) {
    this.#lengthMs = lengthMs;
  }

  /**
   * Notes one event.
   * @param now Milliseconds, growing.
   * @param value What was measured with it; NaN when nothing was.
   */
  add(now: number, value = NaN): void {
    this.#forget(now);
    this.#entries.push({ at: now, value });
  }

  /** Events a second. */
  rate(now: number): number {
    this.#forget(now);
    return (this.#entries.length * 1_000) / this.#lengthMs;
  }

  /** Mean of the values; null without one. */
  mean(now: number): number | null {
    const values = this.#values(now);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  /** The largest value; 0 without one. */
  most(now: number): number {
    return Math.max(0, ...this.#values(now));
  }

  #values(now: number): number[] {
    this.#forget(now);
    return this.#entries.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  }

  #forget(now: number): void {
    const from = now - this.#lengthMs;
    while ((this.#entries[0]?.at ?? Infinity) <= from) this.#entries.shift();
  }
}

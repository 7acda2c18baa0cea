/** So long the least difference holds, and up to twice as long: the clocks drift, and a device that was held up may have lost time. */
const holdMs = 2_000;

/** A difference that leaps this far is another origin. */
const leapMs = 1_000;

/**
 * Turns a device's own time stamps into page time. Blocks arrive late by a changing amount, never early, so the least difference
 * between arrival and stamp of the last seconds is the truest.
 */
export class CaptureClock {
  #least = Infinity;
  #leastBefore = Infinity;
  #holdsUntil = -Infinity;

  /**
   * @param now Page time of the arrival, milliseconds.
   * @param stamp The device's time of the block's end, milliseconds on any origin.
   * @returns Page time of the stamp.
   */
  toPage(now: number, stamp: number): number {
    const offset = now - stamp;
    const isLeap = Math.abs(offset - Math.min(this.#least, this.#leastBefore)) > leapMs;
    if (isLeap || now >= this.#holdsUntil) {
      this.#leastBefore = isLeap ? Infinity : this.#least;
      this.#least = Infinity;
      this.#holdsUntil = now + holdMs;
    }

    this.#least = Math.min(this.#least, offset);
    return stamp + Math.min(this.#least, this.#leastBefore);
  }
}

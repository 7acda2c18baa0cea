/**
 * Turns a device's own time stamps into page time. Blocks arrive late by a changing amount, never early, so the least difference
 * between arrival and stamp is the truest; it is let grow slowly because the two clocks drift.
 */
export class CaptureClock {
  #offset = Infinity;

  /**
   * @param now Page time of the arrival, milliseconds.
   * @param stamp The device's time of the block's end, milliseconds on any origin.
   * @returns Page time of the stamp.
   */
  toPage(now: number, stamp: number): number {
    const offset = now - stamp;
    const leap = Math.abs(offset - this.#offset) > 1_000;
    this.#offset = leap ? offset : Math.min(offset, this.#offset + 0.01);
    return stamp + this.#offset;
  }
}

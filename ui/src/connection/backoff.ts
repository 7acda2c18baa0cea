/** Waiting times between attempts: quick at first, because an agent that restarts is back within a second. */
export class Backoff {
  #attempt = 0;

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const wait = Math.min(5_000, 250 * 2 ** this.#attempt);
    this.#attempt++;
    return wait;
  }

  /** How many waits were asked for since the last success. */
  get attempts(): number {
    return this.#attempt;
  }

  reset(): void {
    this.#attempt = 0;
  }
}

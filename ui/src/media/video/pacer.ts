/** Lets pictures through at most at a rate, evenly, from a camera that gives them at another. */
export class FramePacer {
  #interval: number;
  #due = -Infinity;

  constructor(framesPerSecond: number) {
    this.#interval = 1_000 / framesPerSecond;
  }

  set rate(framesPerSecond: number) {
    this.#interval = 1_000 / framesPerSecond;
  }

  /**
   * Whether a picture captured at this time goes out.
   * @param time Milliseconds, growing. A picture up to a quarter of an interval early counts as due, for cameras do not tick exactly.
   */
  takes(time: number): boolean {
    if (time < this.#due - this.#interval / 4) return false;
    this.#due = time - this.#due > this.#interval * 2 ? time + this.#interval : this.#due + this.#interval;
    return true;
  }
}

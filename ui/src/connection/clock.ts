/** Page time: milliseconds, the same in the window and in its workers. */
export const pageNow = (): number => performance.timeOrigin + performance.now();

/** Maps the agent's clock to page time from pings; the answer with the least round trip is the truest. */
export class ClockMapping {
  #best = Infinity;
  #offset = 0;

  /** Takes one answered ping. */
  onPong(now: number, pageTime: number, agentTime: number): void {
    const roundTrip = now - pageTime;
    if (roundTrip < 0) return;

    // The clocks drift apart by some ms an hour: an old best slowly loses its claim.
    this.#best += 0.01;
    if (roundTrip > this.#best) return;
    this.#best = roundTrip;
    this.#offset = pageTime + roundTrip / 2 - agentTime;
  }

  /** Whether there was an answer yet. */
  get isKnown(): boolean {
    return this.#best !== Infinity;
  }

  /** The least round trip so far, milliseconds. */
  get roundTrip(): number {
    return this.#best;
  }

  /** An agent's time as page time. */
  toPage(agentTime: number): number {
    return agentTime + this.#offset;
  }
}

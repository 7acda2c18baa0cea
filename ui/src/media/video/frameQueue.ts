/** Decoded pictures that may wait for their time. */
const mostWaiting = 4;

/** A timer fires up to this much early, and a picture may be. */
const toleranceMs = 1;

interface Waiting<T> {
  readonly item: T;
  readonly showAt: number;
}

/** Holds decoded pictures until they are to be shown. Few: they are large, and some decoders have only a handful. */
export class FrameQueue<T> {
  #waiting: Waiting<T>[] = [];

  /** @param showAt Milliseconds; 0 or past for at once. */
  push(item: T, showAt: number): void {
    this.#waiting.push({ item, showAt });
  }

  /**
   * What to show now, and what came too late for that because a newer one is due as well. When too many wait the oldest is due early: a
   * picture before its time is better than none.
   */
  takeDue(now: number): { readonly due: T | undefined; readonly late: readonly T[] } {
    const excess = this.#waiting.length - mostWaiting;
    const count = Math.max(excess, this.#waiting.findLastIndex(({ showAt }) => showAt <= now + toleranceMs) + 1);
    const taken = this.#waiting.splice(0, Math.max(0, count)).map(({ item }) => item);
    return { due: taken.pop(), late: taken };
  }

  /** When to ask again; undefined while nothing waits. */
  get nextAt(): number | undefined {
    return this.#waiting[0]?.showAt;
  }

  /** Takes everything out. */
  clear(): readonly T[] {
    return this.#waiting.splice(0).map(({ item }) => item);
  }
}

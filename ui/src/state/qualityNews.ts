import type { QualityStep, UiQualityChange } from '../protocol/messages.g.ts';

const leastIntervalMs = 5_000;

/** Decides which changes of quality are told: at most one of a kind in five seconds, and none that the person asked for. */
export class QualityNews {
  readonly #toldAt = new Map<QualityStep, number>();

  isWorthTelling(now: number, change: UiQualityChange): boolean {
    if (change.reason === 'preference') return false;
    if (now - (this.#toldAt.get(change.step) ?? -Infinity) < leastIntervalMs) return false;
    this.#toldAt.set(change.step, now);
    return true;
  }
}

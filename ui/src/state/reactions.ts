import type { Reaction } from '../protocol/messages.g.ts';

/** A reaction on its way up the screen. */
export interface ShownReaction {
  readonly key: number;
  /** Participant id. */
  readonly from: string;
  readonly name: string;
  readonly reaction: Reaction;
  /** Where it rises: 0 (left) to 1 (right) of the tile, spread so that two in a row do not cover each other. */
  readonly lane: number;
}

/** How long a reaction is shown. */
export const reactionMs = 2_600;

const most = 60;
const burst = 5;
const perSecond = 1;
const goldenRatio = 0.618_034;

/** The reactions on the screen, and how many more one may send: as the server counts, so that nothing is pressed in vain. */
export class Reactions {
  #shown: (ShownReaction & { readonly until: number })[] = [];
  #next = 1;
  #tokens = burst;
  #refilledAt = 0;

  get shown(): readonly ShownReaction[] {
    return this.#shown;
  }

  get canReact(): boolean {
    return this.#tokens >= 1;
  }

  add(now: number, from: string, name: string, reaction: Reaction): void {
    const key = this.#next++;
    this.#shown = [...this.#shown.slice(1 - most), { key, from, name, reaction, lane: (key * goldenRatio) % 1, until: now + reactionMs }];
  }

  /** Takes one of those that may be sent. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Time passes. True when something has changed. */
  tick(now: number): boolean {
    const couldReact = this.canReact;
    this.#refill(now);
    const before = this.#shown.length;
    if (this.#shown.some((r) => r.until <= now)) this.#shown = this.#shown.filter((r) => r.until > now);
    return before !== this.#shown.length || couldReact !== this.canReact;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#refilledAt) / 1_000) * perSecond);
    this.#refilledAt = Math.max(this.#refilledAt, now);
  }
}

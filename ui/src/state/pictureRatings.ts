/** How a person's pictures come, when they do not come well. */
export type PictureRating = 'fair' | 'poor';

/** Pictures a second. Cameras are asked for ten at the least, and some count as nine; so the bounds lie below those of the network panel. */
const [enough, few] = [8, 4];

/** A rating is believed after so many seconds in a row, so that a tile that has just come, or one late picture, says nothing. */
const patience = 3;

interface Track {
  readonly rating: PictureRating | 'good';
  readonly candidate: PictureRating | 'good';
  readonly seconds: number;
}

/** Says whose pictures are few, calmly; told once a second how many of each track were shown. */
export class PictureRatings {
  #tracks = new Map<number, Track>();
  #bad: ReadonlyMap<number, PictureRating> = new Map();

  /** @returns The tracks that do not come well; the same object while nothing changes. */
  update(shown: readonly { readonly track: number; readonly fps: number }[]): ReadonlyMap<number, PictureRating> {
    // Who is not shown is forgotten.
    this.#tracks = new Map(shown.map(({ track, fps }) => [track, next(this.#tracks.get(track), rate(fps))]));
    const bad = new Map<number, PictureRating>();
    for (const [track, { rating }] of this.#tracks) if (rating !== 'good') bad.set(track, rating);
    const isSame = bad.size === this.#bad.size && [...bad].every(([track, rating]) => this.#bad.get(track) === rating);
    if (!isSame) this.#bad = bad;
    return this.#bad;
  }
}

function rate(fps: number): PictureRating | 'good' {
  if (fps >= enough) return 'good';
  return fps >= few ? 'fair' : 'poor';
}

function next(before: Track | undefined, candidate: PictureRating | 'good'): Track {
  const rating = before?.rating ?? 'good';
  const seconds = before?.candidate === candidate ? before.seconds + 1 : 1;
  return { rating: seconds >= patience ? candidate : rating, candidate, seconds };
}

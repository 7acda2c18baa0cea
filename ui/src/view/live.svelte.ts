import type { UiLevel, UiTrackShown } from '../protocol/messages.g.ts';
import { PictureRatings, type PictureRating } from '../state/pictureRatings.ts';

/** What moves ten times a second, kept apart from the snapshot so that it redraws only what shows it. */
export class Live {
  /** Loudness of the own microphone, 0 to 1. */
  microphone = $state(0);
  /** Loudness of those who are heard, by participant id. */
  levels: ReadonlyMap<string, number> = $state.raw(new Map());

  /** Whose pictures do not come well, by track. */
  pictures: ReadonlyMap<number, PictureRating> = $state.raw(new Map());
  readonly #ratings = new PictureRatings();

  onMicrophone(level: number): void {
    this.microphone = level;
  }

  onLevels(levels: readonly UiLevel[]): void {
    this.levels = new Map(levels.map((l) => [l.id, l.level]));
  }

  /** Once a second in a meeting. */
  onShown(tracks: readonly UiTrackShown[]): void {
    this.pictures = this.#ratings.update(tracks);
  }
}

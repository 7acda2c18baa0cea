import type { MediaEngine, MediaStats } from './media/engine.ts';
import type { PageSnapshot, Application } from './state/application.ts';
import type { Live } from './view/live.svelte.ts';

/** What tests may read of a page; it can change nothing (ui/README.md). */
export interface TestWindow {
  state(): PageSnapshot;
  stats(): MediaStats & { readonly isPlayoutRunning: boolean };
  levels(): Readonly<Record<string, number>>;
  /** The last second that the loudspeaker really got, 48 kHz mono, silence included; empty before sound was started. */
  playedAudio(): Promise<Float32Array>;
}

export function openWindowForTests(application: Application, media: MediaEngine, live: Live): void {
  const testWindow: TestWindow = {
    state: () => application.snapshot,
    stats: () => ({ ...media.stats, isPlayoutRunning: media.isPlayoutRunning }),
    levels: () => Object.fromEntries(live.levels),
    playedAudio: () => media.played(),
  };
  Object.defineProperty(globalThis, '__parley', { value: Object.freeze(testWindow) });
}

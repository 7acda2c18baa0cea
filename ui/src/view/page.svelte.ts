import { getContext, setContext } from 'svelte';
import type { MediaEngine } from '../media/engine.ts';
import type { Application, PageSnapshot } from '../state/application.ts';
import type { Live } from './live.svelte.ts';

const key = Symbol('page');

/** What every view may reach: the newest snapshot to draw, and the application to send intents to. */
export class Page {
  readonly application: Application;
  readonly media: MediaEngine;
  readonly live: Live;
  #snapshot: PageSnapshot;

  constructor(application: Application, media: MediaEngine, live: Live) {
    this.application = application;
    this.media = media;
    this.live = live;
    this.#snapshot = $state.raw(application.snapshot);
    application.subscribe((snapshot) => {
      this.#snapshot = snapshot;
    });
  }

  get snapshot(): PageSnapshot {
    return this.#snapshot;
  }
}

export function providePage(page: Page): void {
  setContext(key, page);
}

export function usePage(): Page {
  return getContext<Page>(key);
}

import type { ReceiveWorkerCommand } from './messages.ts';
import type { ScreenKind } from './surface.ts';

interface Screen {
  readonly element: HTMLCanvasElement | HTMLVideoElement;
  remove(): void;
}

/**
 * The window's part of a surface: it makes the elements that the worker draws on. A new one lies over the old one, empty and transparent,
 * and the old one goes when the new one has a picture, so that nothing flashes between two codecs.
 */
export class TileSurface {
  readonly #host: HTMLElement;
  readonly #surface: number;
  readonly #toWorker: (command: ReceiveWorkerCommand, transfer: Transferable[]) => void;
  readonly #onShown: (width: number, height: number) => void;
  readonly #screens = new Map<ScreenKind, Screen>();
  #current: ScreenKind | undefined;
  #isClosed = false;

  constructor(
    host: HTMLElement,
    surface: number,
    toWorker: (command: ReceiveWorkerCommand, transfer: Transferable[]) => void,
    onShown: (width: number, height: number) => void,
  ) {
    this.#host = host;
    this.#surface = surface;
    this.#toWorker = toWorker;
    this.#onShown = onShown;
  }

  /** The worker has something to draw and nothing of this kind to draw on. */
  make(kind: ScreenKind): void {
    if (this.#isClosed) return;
    const screen = kind === 'canvas' ? this.#makeCanvas() : this.#makeVideo();
    this.#screens.set(kind, screen);
    this.#host.append(screen.element);
  }

  /** The first picture after a change of kind was drawn. */
  shown(kind: ScreenKind, width: number, height: number): void {
    this.#current = kind;
    const screen = this.#screens.get(kind);
    if (screen === undefined) return;
    for (const { element } of this.#screens.values()) element.style.zIndex = element === screen.element ? '1' : '0';
    this.#afterPaint(screen.element, () => {
      if (this.#current !== kind || this.#isClosed) return;
      this.#removeOthers(kind);
      this.#onShown(width, height);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#screens.forEach((screen) => screen.remove());
    this.#screens.clear();
  }

  #makeCanvas(): Screen {
    const element = document.createElement('canvas');
    const offscreen = element.transferControlToOffscreen();
    this.#toWorker({ type: 'screen', surface: this.#surface, screen: offscreen }, [offscreen]);
    return { element, remove: () => element.remove() };
  }

  #makeVideo(): Screen {
    const element = document.createElement('video');
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    Object.assign(element, { muted: true, playsInline: true, disablePictureInPicture: true, srcObject: new MediaStream([generator]) });
    const { writable } = generator;
    this.#toWorker({ type: 'screen', surface: this.#surface, screen: writable as WritableStream<VideoFrame> }, [writable as unknown as Transferable]);
    void element.play().catch(() => undefined);
    return {
      element,
      remove: () => {
        element.remove();
        element.srcObject = null;
        generator.stop();
      },
    };
  }

  /** A worker's drawing is on the screen a frame or two after it says so; a video element tells by itself. */
  #afterPaint(element: HTMLCanvasElement | HTMLVideoElement, then: () => void): void {
    if (element instanceof HTMLVideoElement) element.requestVideoFrameCallback(then);
    else requestAnimationFrame(() => requestAnimationFrame(then));
  }

  #removeOthers(kind: ScreenKind): void {
    for (const [other, screen] of this.#screens) {
      if (other === kind) continue;
      screen.remove();
      this.#screens.delete(other);
      this.#toWorker({ type: 'screenGone', surface: this.#surface, kind: other }, []);
    }
  }
}

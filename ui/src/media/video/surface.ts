/** How a surface can be drawn: a canvas takes bitmaps, a video element the frames of a decoder. */
export type ScreenKind = 'canvas' | 'video';

type Image = VideoFrame | ImageBitmap;

/** Draws one image and closes it. */
type Screen = (image: Image) => void;

export interface SurfaceListener {
  /** There is something to draw, and no screen of this kind yet. */
  onScreenNeeded(kind: ScreenKind): void;
  /** The first image since the surface turned to this kind was drawn. */
  onShown(kind: ScreenKind, width: number, height: number): void;
}

/** Where the pictures of one tile are drawn: on a canvas or a video element, as the codec asks for, each made when it is first needed. */
export class Surface {
  readonly track: number;
  readonly #hasVideo: boolean;
  readonly #listener: SurfaceListener;
  readonly #screens = new Map<ScreenKind, Screen>();
  readonly #asked = new Set<ScreenKind>();
  #current: ScreenKind | undefined;
  #waiting: Image | undefined;

  /** @param hasVideo Whether there can be a video element that takes frames. */
  constructor(track: number, hasVideo: boolean, listener: SurfaceListener) {
    this.track = track;
    this.#hasVideo = hasVideo;
    this.#listener = listener;
  }

  /** Draws an image, or keeps it until there is a screen for it. */
  draw(image: Image): void {
    const kind = this.#kindOf(image);
    const screen = this.#screens.get(kind);
    this.#waiting?.close();
    this.#waiting = undefined;
    if (screen === undefined) {
      this.#waiting = image;
      if (this.#asked.has(kind)) return;
      this.#asked.add(kind);
      this.#listener.onScreenNeeded(kind);
      return;
    }

    const [width, height] = image instanceof ImageBitmap ? [image.width, image.height] : [image.displayWidth, image.displayHeight];
    screen(image);
    if (this.#current === kind) return;
    this.#current = kind;
    this.#listener.onShown(kind, width, height);
  }

  /** The window has made a screen. */
  add(screen: OffscreenCanvas | WritableStream<VideoFrame>): void {
    if (screen instanceof OffscreenCanvas) this.#screens.set('canvas', canvasScreen(screen));
    else this.#screens.set('video', videoScreen(screen));
    const image = this.#waiting;
    this.#waiting = undefined;
    if (image !== undefined) this.draw(image);
  }

  /** The window has taken a screen away that another one covers. */
  remove(kind: ScreenKind): void {
    this.#screens.delete(kind);
    this.#asked.delete(kind);
    if (this.#current === kind) this.#current = undefined;
  }

  close(): void {
    this.#waiting?.close();
    this.#waiting = undefined;
    this.#screens.clear();
  }

  #kindOf(image: Image): ScreenKind {
    return this.#hasVideo && !(image instanceof ImageBitmap) ? 'video' : 'canvas';
  }
}

function canvasScreen(canvas: OffscreenCanvas): Screen {
  const context = canvas.getContext('bitmaprenderer');
  return (image) => {
    if (image instanceof ImageBitmap) {
      context?.transferFromImageBitmap(image);
      return;
    }

    createImageBitmap(image)
      .then((bitmap) => context?.transferFromImageBitmap(bitmap))
      .catch(() => undefined)
      .finally(() => image.close());
  };
}

function videoScreen(writable: WritableStream<VideoFrame>): Screen {
  const writer = writable.getWriter();
  // The stream closes what it takes; what it refuses is ours.
  return (frame) => void writer.write(frame as VideoFrame).catch(() => frame.close());
}

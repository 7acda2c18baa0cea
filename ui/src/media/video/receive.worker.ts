import { pageNow } from '../../connection/clock.ts';
import { MediaSocket } from '../../connection/mediaSocket.ts';
import { readVideoIn, writeAcknowledgement, type CodecName, type ReceivedPicture } from '../../protocol/frames.ts';
import { makeDecoder, type PictureDecoder } from './decoder.ts';
import type { ReceiveWorkerCommand, ReceiveWorkerEvent, TrackStats } from './messages.ts';

/** Owns the video-in socket: pictures are decoded here and drawn on the canvases that tiles handed over. Newest wins, per track. */

const acknowledgeEveryMs = 50;
const statsEveryMs = 500;

interface Surface {
  readonly track: number;
  readonly canvas: OffscreenCanvas;
  readonly context: ImageBitmapRenderingContext;
  isShown: boolean;
}

const worker = self as unknown as { postMessage(event: ReceiveWorkerEvent): void; onmessage: ((m: MessageEvent<ReceiveWorkerCommand>) => void) | null };
const surfaces = new Map<number, Surface>();
const tracks = new Map<number, Track>();
let socket: MediaSocket | undefined;
let taken = 0;
let acknowledged = 0;

worker.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'open':
      socket?.close();
      socket = new MediaSocket(command.address, { onOpen: onOpened, onMessage: onReceived });
      break;
    case 'close':
      socket?.close();
      socket = undefined;
      tracks.forEach((track) => track.close());
      tracks.clear();
      break;
    case 'attach': {
      const context = command.canvas.getContext('bitmaprenderer');
      if (context !== null) surfaces.set(command.surface, { track: command.track, canvas: command.canvas, context, isShown: false });
      break;
    }
    case 'detach':
      surfaces.delete(command.surface);
      break;
  }
};

setInterval(acknowledge, acknowledgeEveryMs);
setInterval(() => {
  worker.postMessage({ type: 'stats', tracks: Object.fromEntries([...tracks].map(([number, track]) => [number, track.stats])) });
}, statsEveryMs);

function onOpened(): void {
  taken = 0;
  acknowledged = 0;
}

function acknowledge(): void {
  if (taken === acknowledged) return;
  acknowledged = taken;
  socket?.send(writeAcknowledgement(taken));
}

function onReceived(data: ArrayBuffer): void {
  const picture = readVideoIn(data);
  if (picture === undefined) {
    taken++;
    return;
  }

  let track = tracks.get(picture.track);
  if (track === undefined) tracks.set(picture.track, (track = new Track()));
  track.onReceived(picture);
}

/** The pictures of one person: one is decoded, one waits, and the one that waits is replaced by a newer one. */
class Track {
  #received = 0;
  #shown = 0;
  #dropped = 0;
  #width = 0;
  #height = 0;
  #latencyMs: number | null = null;
  #waiting: ReceivedPicture | undefined;
  #isDecoding = false;
  #codec: CodecName | undefined;
  #decoder: PictureDecoder | undefined;

  get stats(): TrackStats {
    return {
      framesReceived: this.#received,
      framesShown: this.#shown,
      framesDropped: this.#dropped,
      width: this.#width,
      height: this.#height,
      latencyMs: this.#latencyMs,
    };
  }

  onReceived(picture: ReceivedPicture): void {
    this.#received++;
    if (this.#waiting !== undefined) this.#drop();
    this.#waiting = picture;
    if (!this.#isDecoding) void this.#decodeWaiting();
  }

  close(): void {
    this.#waiting = undefined;
    this.#decoder?.close();
  }

  async #decodeWaiting(): Promise<void> {
    this.#isDecoding = true;
    for (let picture = this.#next(); picture !== undefined; picture = this.#next()) {
      const targets = [...surfaces].filter(([, surface]) => surface.track === picture.track);
      const bitmap = targets.length === 0 ? undefined : await this.#decode(picture);
      if (bitmap === undefined) {
        this.#drop();
        continue;
      }

      this.#show(picture, bitmap);
    }

    this.#isDecoding = false;
  }

  #next(): ReceivedPicture | undefined {
    const picture = this.#waiting;
    this.#waiting = undefined;
    return picture;
  }

  async #decode(picture: ReceivedPicture): Promise<ImageBitmap | undefined> {
    if (this.#codec !== picture.codec) {
      this.#decoder?.close();
      this.#codec = picture.codec;
      this.#decoder = makeDecoder(picture.codec);
    }

    try {
      return await this.#decoder?.decode(picture);
    } catch {
      return undefined;
    }
  }

  #show(picture: ReceivedPicture, bitmap: ImageBitmap): void {
    const { width, height } = bitmap;
    taken++;
    this.#shown++;
    this.#width = width;
    this.#height = height;
    this.#latencyMs = picture.time === 0 ? null : pageNow() - picture.time;
    // Looked up again: a tile may have gone while the picture was decoded. Only the newest surface of a track is drawn.
    const [surface, target] = [...surfaces].findLast(([, s]) => s.track === picture.track) ?? [];
    if (surface === undefined || target === undefined) {
      bitmap.close();
      return;
    }

    target.context.transferFromImageBitmap(bitmap);
    if (!target.isShown) {
      target.isShown = true;
      worker.postMessage({ type: 'shown', surface, width, height });
    }
  }

  #drop(): void {
    taken++;
    this.#dropped++;
  }
}

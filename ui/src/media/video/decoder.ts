import type { ReceivedPicture } from '../../protocol/frames.ts';
import { decoderString, type InterFrameCodec } from './codecStrings.ts';

/** A decoded picture; whoever has it closes it. */
export interface DecodedPicture {
  readonly image: VideoFrame | ImageBitmap;
  readonly picture: Omit<ReceivedPicture, 'data'>;
}

export interface DecoderListener {
  onDecoded(decoded: DecodedPicture): void;
  /** A picture was left out because a newer one overtook it, or because it is broken. */
  onDropped(): void;
  /** Nothing more comes out; a new decoder has to begin with a key frame. */
  onFailed(): void;
}

/** Turns the pictures of one track into images, in order. */
export interface PictureDecoder {
  /** Whether it is so far behind that one more picture had better not be given. */
  readonly isBehind: boolean;
  /** Takes a picture; of codecs whose pictures depend on each other, every one from a key frame on. */
  decode(picture: ReceivedPicture): void;
  /** Nothing comes out any more. */
  close(): void;
}

export function makeDecoder({ codec }: ReceivedPicture, listener: DecoderListener): PictureDecoder {
  return codec === 'jpeg' ? new JpegDecoder(listener) : new ChunkDecoder(codec, listener);
}

/** One picture is decoded, one waits, and the one that waits is replaced by a newer one. */
class JpegDecoder implements PictureDecoder {
  readonly isBehind = false;
  readonly #listener: DecoderListener;
  #waiting: ReceivedPicture | undefined;
  #isDecoding = false;
  #isClosed = false;

  constructor(listener: DecoderListener) {
    this.#listener = listener;
  }

  decode(picture: ReceivedPicture): void {
    if (this.#waiting !== undefined) this.#listener.onDropped();
    this.#waiting = picture;
    if (!this.#isDecoding) void this.#decodeWaiting();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = undefined;
  }

  async #decodeWaiting(): Promise<void> {
    this.#isDecoding = true;
    for (let picture = this.#next(); picture !== undefined; picture = this.#next()) {
      const image = await createImageBitmap(new Blob([picture.data], { type: 'image/jpeg' })).catch(() => undefined);
      if (this.#isClosed) image?.close();
      else if (image === undefined) this.#listener.onDropped();
      else this.#listener.onDecoded({ image, picture });
    }

    this.#isDecoding = false;
  }

  #next(): ReceivedPicture | undefined {
    const picture = this.#waiting;
    this.#waiting = undefined;
    return picture;
  }
}

/** A quarter of a second at 30 a second: from there on it will not catch up by itself. */
const mostQueued = 8;

/** A decoder of the browser. */
class ChunkDecoder implements PictureDecoder {
  readonly #codec: InterFrameCodec;
  readonly #listener: DecoderListener;
  readonly #decoder: VideoDecoder;
  /** By time stamp, in the order in which they went in. */
  readonly #pending = new Map<number, ReceivedPicture>();
  #configured = '';
  #lastTimestamp = 0;

  constructor(codec: InterFrameCodec, listener: DecoderListener) {
    this.#codec = codec;
    this.#listener = listener;
    this.#decoder = new VideoDecoder({ output: (frame) => this.#onFrame(frame), error: () => listener.onFailed() });
  }

  get isBehind(): boolean {
    return this.#decoder.decodeQueueSize >= mostQueued;
  }

  decode(picture: ReceivedPicture): void {
    if (this.#decoder.state === 'closed') return;
    try {
      if (picture.isKey) this.#configure(picture);
      // A video element orders pictures by their time stamps, and these have to differ.
      const timestamp = Math.max(this.#lastTimestamp + 1, Math.round((picture.showAt || picture.time) * 1_000));
      this.#lastTimestamp = timestamp;
      this.#pending.set(timestamp, picture);
      this.#decoder.decode(new EncodedVideoChunk({ type: picture.isKey ? 'key' : 'delta', timestamp, data: picture.data }));
    } catch {
      this.#listener.onFailed();
    }
  }

  close(): void {
    if (this.#decoder.state !== 'closed') this.#decoder.close();
    this.#pending.clear();
  }

  /** Codec parameters and size may change at every key frame. */
  #configure({ width, height, data }: ReceivedPicture): void {
    const codec = decoderString(this.#codec, width, height, data);
    const key = `${codec} ${width}x${height}`;
    if (key === this.#configured) return;
    this.#configured = key;
    this.#decoder.configure({ codec, codedWidth: width, codedHeight: height, optimizeForLatency: true });
  }

  #onFrame(frame: VideoFrame): void {
    const picture = this.#pending.get(frame.timestamp);
    if (picture === undefined) {
      frame.close();
      return;
    }

    for (const key of this.#pending.keys()) {
      this.#pending.delete(key);
      if (key === frame.timestamp) break;
      this.#listener.onDropped();
    }

    this.#listener.onDecoded({ image: frame, picture });
  }
}

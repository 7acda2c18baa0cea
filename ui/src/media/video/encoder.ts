import { pageNow } from '../../connection/clock.ts';
import type { EncodedPicture } from '../../protocol/frames.ts';
import type { UiEncoding } from '../../protocol/messages.g.ts';
import type { InterFrameCodec } from './codecStrings.ts';
import { encoderConfig } from './encoderConfig.ts';
import { fitWithin, type Size } from './size.ts';

/** A picture of the camera; whoever made it closes it after the call it is given to. */
export interface CapturedPicture {
  readonly source: VideoFrame | ImageBitmap;
  readonly width: number;
  readonly height: number;
  /** Page time of the capture. */
  readonly time: number;
}

/** What comes out of an encoder. */
export type Encoded = Omit<EncodedPicture, 'encoding'>;

export interface EncoderListener {
  /** A picture is ready; it took this many milliseconds, waiting included. */
  onEncoded(now: number, picture: Encoded, tookMs: number): void;
  /** Nothing more will come. */
  onFailed(): void;
}

/** Makes encoded pictures of captured ones, in order. */
export interface PictureEncoder {
  /** Pictures that were given and are not encoded yet. */
  readonly queueSize: number;
  /** Whether one more picture would have to wait too long: give none. */
  readonly isBusy: boolean;
  /** Encodes by this plan; size, rates and quality may differ from picture to picture, the codec may not. */
  encode(picture: CapturedPicture, plan: UiEncoding, isKeyWanted: boolean): void;
  close(): void;
}

export type MakeEncoder = (plan: UiEncoding, listener: EncoderListener) => PictureEncoder;

export const makeEncoder: MakeEncoder = ({ codec }, listener) => (codec === 'jpeg' ? new JpegEncoder(listener) : new ChunkEncoder(codec, listener));

/** One JPEG at a time, drawn to size first. */
class JpegEncoder implements PictureEncoder {
  readonly #listener: EncoderListener;
  readonly #canvas = new OffscreenCanvas(2, 2);
  readonly #context = this.#canvas.getContext('2d', { alpha: false, desynchronized: true });
  #isEncoding = false;
  #isClosed = false;

  constructor(listener: EncoderListener) {
    this.#listener = listener;
  }

  get queueSize(): number {
    return this.#isEncoding ? 1 : 0;
  }

  get isBusy(): boolean {
    return this.#isEncoding;
  }

  encode({ source, width, height, time }: CapturedPicture, plan: UiEncoding): void {
    const since = pageNow();
    const size = fitWithin(width, height, plan);
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height) Object.assign(this.#canvas, size);
    this.#context?.drawImage(source, 0, 0, size.width, size.height);
    this.#isEncoding = true;
    void this.#canvas
      .convertToBlob({ type: 'image/jpeg', quality: plan.quality / 100 })
      .then((blob) => blob.arrayBuffer())
      .then((data) => {
        this.#isEncoding = false;
        if (this.#isClosed) return;
        const picture = { codec: 'jpeg', isKey: true, isDiscardable: false, temporalLayer: 0, ...size, time, data: new Uint8Array(data) } as const;
        const now = pageNow();
        this.#listener.onEncoded(now, picture, now - since);
      })
      .catch(() => {
        this.#isEncoding = false;
      });
  }

  close(): void {
    this.#isClosed = true;
  }
}

/** Pictures waiting in the encoder from which on no more are given. */
const mostQueued = 2;

interface Pending {
  readonly time: number;
  readonly since: number;
  readonly width: number;
  readonly height: number;
}

/** An encoder of the browser. It scales by itself: what it is configured for is what comes out. */
class ChunkEncoder implements PictureEncoder {
  readonly #codec: InterFrameCodec;
  readonly #listener: EncoderListener;
  readonly #encoder: VideoEncoder;
  /** By time stamp, in the order in which they went in. */
  readonly #pending = new Map<number, Pending>();
  #configured = '';
  #size: Size = { width: 0, height: 0 };
  #layers = 1;

  constructor(codec: InterFrameCodec, listener: EncoderListener) {
    this.#codec = codec;
    this.#listener = listener;
    this.#encoder = new VideoEncoder({ output: (chunk, metadata) => this.#onChunk(chunk, metadata), error: () => listener.onFailed() });
  }

  get queueSize(): number {
    return this.#encoder.encodeQueueSize;
  }

  get isBusy(): boolean {
    return this.queueSize >= mostQueued;
  }

  encode(picture: CapturedPicture, plan: UiEncoding, isKeyWanted: boolean): void {
    if (this.#encoder.state === 'closed') return;
    const size = fitWithin(picture.width, picture.height, plan);
    try {
      this.#configure({ ...plan, ...size });
      // VP9 and AV1 would go on from pictures of another size; who receives it counts on a size to begin with a key frame.
      const isResized = size.width !== this.#size.width || size.height !== this.#size.height;
      this.#size = size;
      const isFrame = picture.source instanceof VideoFrame;
      const frame = isFrame ? (picture.source as VideoFrame) : new VideoFrame(picture.source, { timestamp: Math.round(picture.time * 1_000) });
      this.#pending.set(frame.timestamp, { time: picture.time, since: pageNow(), ...size });
      this.#encoder.encode(frame, { keyFrame: isKeyWanted || isResized });
      if (!isFrame) frame.close();
    } catch {
      this.#listener.onFailed();
    }
  }

  close(): void {
    if (this.#encoder.state !== 'closed') this.#encoder.close();
    this.#pending.clear();
  }

  /** Configures anew what has changed. With other rates the stream goes on. */
  #configure(plan: UiEncoding): void {
    const config = encoderConfig(this.#codec, plan);
    const key = JSON.stringify(config);
    if (key === this.#configured) return;
    this.#configured = key;
    this.#layers = plan.temporalLayers;
    this.#encoder.configure(config);
  }

  #onChunk(chunk: EncodedVideoChunk, metadata?: EncodedVideoChunkMetadata): void {
    const pending = this.#take(chunk.timestamp);
    if (pending === undefined) return;
    const { time, since, width, height } = pending;
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    const temporalLayer = metadata?.svc?.temporalLayerId ?? 0;
    const isKey = chunk.type === 'key';
    const isDiscardable = temporalLayer > 0 && temporalLayer === this.#layers - 1;
    const now = pageNow();
    this.#listener.onEncoded(now, { codec: this.#codec, isKey, isDiscardable, temporalLayer, width, height, time, data }, now - since);
  }

  /** An encoder leaves pictures out to keep its rate; those before the one that came will not come any more. */
  #take(timestamp: number): Pending | undefined {
    const found = this.#pending.get(timestamp);
    if (found === undefined) return undefined;
    for (const key of this.#pending.keys()) {
      this.#pending.delete(key);
      if (key === timestamp) break;
    }

    return found;
  }
}

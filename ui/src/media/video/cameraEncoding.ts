import { maxFrame, type UiEncoding, type VideoCodec } from '../../protocol/messages.g.ts';
import type { EncodedPicture } from '../../protocol/frames.ts';
import { makeEncoder, type CapturedPicture, type MakeEncoder, type PictureEncoder } from './encoder.ts';
import type { EncodingStats } from './messages.ts';
import { FramePacer } from './pacer.ts';
import { SlidingWindow } from '../slidingWindow.ts';

/** What an encoding does until the agent says better. */
export const firstPlan: UiEncoding = { encoding: 0, codec: 'jpeg', width: 640, height: 360, framesPerSecond: 15, bitrate: 0, quality: 60, temporalLayers: 1 };

export interface CameraEncodingListener {
  /** One picture may leave now. */
  onPicture(picture: EncodedPicture): void;
  /** The browser said that it has this codec, and it does not work. */
  onCodecFailed(codec: VideoCodec): void;
}

/** One of the encodings of the camera: paced, dropped before it is encoded when it could not leave, and by the plan that came last. */
export class CameraEncoding {
  readonly #listener: CameraEncodingListener;
  readonly #make: MakeEncoder;
  readonly #pacer: FramePacer;
  readonly #sent = new SlidingWindow();
  readonly #queue = new SlidingWindow();
  #plan: UiEncoding;
  #encoder: PictureEncoder | undefined;
  #isKeyWanted = true;
  #framesSent = 0;
  #framesDropped = 0;
  #keyFrames = 0;
  #width = 0;
  #height = 0;

  constructor(plan: UiEncoding, listener: CameraEncodingListener, make: MakeEncoder = makeEncoder) {
    this.#plan = plan;
    this.#listener = listener;
    this.#make = make;
    this.#pacer = new FramePacer(plan.framesPerSecond);
  }

  /** Goes on by another plan; with the same codec the same encoder goes on. */
  update(plan: UiEncoding): void {
    // The way of layering is part of how an encoder is made.
    if (plan.codec !== this.#plan.codec || plan.temporalLayers !== this.#plan.temporalLayers) this.close();
    this.#plan = plan;
    this.#pacer.rate = plan.framesPerSecond;
  }

  /** The next picture will be a key frame. */
  wantKeyFrame(): void {
    this.#isKeyWanted = true;
  }

  /**
   * Encodes a picture of the camera if it is due and can leave.
   * @param now Page time.
   * @param picture The caller closes it when this returns.
   * @param isSocketFull Whether what was encoded before still waits to leave.
   */
  take(now: number, picture: CapturedPicture, isSocketFull: boolean): void {
    if (!this.#pacer.takes(picture.time)) return;
    const encoder = (this.#encoder ??= this.#makeEncoder());
    this.#queue.add(now, encoder.queueSize);
    if (encoder.isBusy || isSocketFull) {
      this.#framesDropped++;
      return;
    }

    const isKeyWanted = this.#isKeyWanted;
    this.#isKeyWanted = false;
    encoder.encode(picture, this.#plan, isKeyWanted);
  }

  stats(now: number): EncodingStats {
    return {
      encoding: this.#plan.encoding,
      codec: this.#plan.codec,
      width: this.#width,
      height: this.#height,
      framesSent: this.#framesSent,
      framesDropped: this.#framesDropped,
      keyFrames: this.#keyFrames,
      fps: this.#sent.rate(now),
      encodeMs: this.#sent.mean(now),
      encodeQueue: this.#queue.most(now),
    };
  }

  /** Lets the encoder go; another picture makes a new one, which begins with a key frame. */
  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
    this.#isKeyWanted = true;
  }

  #makeEncoder(): PictureEncoder {
    const plan = this.#plan;
    const encoder: PictureEncoder = this.#make(plan, {
      onEncoded: (now, encoded, tookMs) => {
        // One that was let go may still have had something to say.
        if (this.#encoder === encoder) this.#give(now, { ...encoded, encoding: plan.encoding }, tookMs);
      },
      onFailed: () => {
        if (this.#encoder === encoder) this.#fail();
      },
    });
    return encoder;
  }

  #give(now: number, picture: EncodedPicture, tookMs: number): void {
    if (picture.data.byteLength > maxFrame) {
      // What depends on it could not be decoded.
      this.#framesDropped++;
      this.#isKeyWanted = true;
      return;
    }

    this.#framesSent++;
    if (picture.isKey) this.#keyFrames++;
    this.#width = picture.width;
    this.#height = picture.height;
    this.#sent.add(now, tookMs);
    this.#listener.onPicture(picture);
  }

  /** JPEG always works, but not at any size: until the agent has another plan it is the first one. */
  #fail(): void {
    const { codec, encoding, height, width } = this.#plan;
    this.close();
    const isSmaller = height < firstPlan.height;
    this.update({ ...firstPlan, encoding, ...(isSmaller ? { width, height } : {}) });
    this.#listener.onCodecFailed(codec);
  }
}

import { pageNow } from '../../connection/clock.ts';
import type { CodecName, ReceivedPicture } from '../../protocol/frames.ts';
import { makeDecoder, type DecodedPicture, type PictureDecoder } from './decoder.ts';
import { FrameQueue } from './frameQueue.ts';
import { KeyFrameGate } from './keyFrameGate.ts';
import type { TrackStats } from './messages.ts';
import { SlidingWindow } from '../slidingWindow.ts';

export interface IncomingTrackListener {
  /** A picture is to be shown now. It is closed by whoever takes it. */
  onDue(decoded: DecodedPicture): void;
  /** Nothing can be shown until a key frame comes. */
  onKeyFrameNeeded(): void;
  /** The browser said that it has this decoder, and it does not work. */
  onCodecFailed(codec: CodecName): void;
}

/** How long before its time a picture is decoded. Encoded pictures wait at a hundredth of the memory. */
const decodeAheadMs = 50;
const mostHeld = 90;
/** A tile that is drawn anew elsewhere comes back within this time and goes on where it was. */
const unwatchedMs = 2_000;
const overMs = 10_000;
const requestEveryMs = 500;
const failuresToGiveUp = 3;

/** The pictures of one person on their way to the screen: held, decoded, held again until their very time. */
export class IncomingTrack {
  readonly #listener: IncomingTrackListener;
  readonly #make: typeof makeDecoder;
  readonly #gate = new KeyFrameGate();
  readonly #held: ReceivedPicture[] = [];
  readonly #queue = new FrameQueue<DecodedPicture>();
  readonly #latency = new SlidingWindow();
  #decoder: PictureDecoder | undefined;
  #codec: CodecName | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchedAt = -Infinity;
  #requestedAt = -Infinity;
  #failures = 0;
  #received = 0;
  #receivedAt = -Infinity;
  #shown = 0;
  #dropped = 0;
  #width = 0;
  #height = 0;

  constructor(listener: IncomingTrackListener, make: typeof makeDecoder = makeDecoder) {
    this.#listener = listener;
    this.#make = make;
  }

  /** Takes the next picture. Without anybody who looks nothing is decoded. */
  receive(now: number, picture: ReceivedPicture, isWatched: boolean): void {
    this.#received++;
    this.#receivedAt = now;
    if (isWatched) this.#watchedAt = now;
    if (now - this.#watchedAt > unwatchedMs) {
      this.#dropped++;
      this.#reset();
      return;
    }

    this.#held.push(picture);
    this.#advance(now);
  }

  /** Whether nothing has come for so long that nothing more is expected. */
  isOver(now: number): boolean {
    return now - this.#receivedAt > overMs;
  }

  stats(now: number): TrackStats {
    return {
      framesReceived: this.#received,
      framesShown: this.#shown,
      framesDropped: this.#dropped,
      codec: this.#codec ?? null,
      width: this.#width,
      height: this.#height,
      fps: this.#latency.rate(now),
      latencyMs: this.#latency.mean(now),
    };
  }

  close(): void {
    this.#reset();
  }

  /** Decodes what is near its time and shows what has come to it. */
  #advance(now: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#held.length > 0) {
      const picture = this.#held[0];
      if (picture === undefined || (picture.showAt > now + decodeAheadMs && this.#held.length <= mostHeld)) break;
      this.#held.shift();
      this.#decode(now, picture);
    }

    this.#showDue(now);
    const next = Math.min(this.#queue.nextAt ?? Infinity, (this.#held[0]?.showAt ?? Infinity) - decodeAheadMs);
    if (next !== Infinity) this.#timer = setTimeout(() => this.#advance(pageNow()), Math.max(0, next - now));
  }

  #decode(now: number, picture: ReceivedPicture): void {
    if (!this.#gate.takes(picture)) {
      this.#dropped++;
      this.#needKeyFrame(now);
      return;
    }

    if (this.#codec !== picture.codec) this.#change(picture);
    if (this.#decoder?.isBehind === true) {
      // What comes late stays late, so what waits is given up; a key frame lets it begin anew.
      this.#closeDecoder();
      if (!picture.isKey) {
        this.#dropped++;
        this.#gate.shut();
        this.#needKeyFrame(now);
        return;
      }
    }

    this.#decoder ??= this.#open(picture);
    this.#decoder.decode(picture);
  }

  /** Another codec begins: what the one before has not shown yet will not be seen. */
  #change({ codec }: ReceivedPicture): void {
    this.#codec = codec;
    this.#failures = 0;
    this.#closeDecoder();
  }

  #open(picture: ReceivedPicture): PictureDecoder {
    const decoder = this.#make(picture, {
      onDecoded: (decoded) => {
        if (this.#decoder !== decoder) {
          decoded.image.close();
          return;
        }

        this.#failures = 0;
        this.#queue.push(decoded, decoded.picture.showAt);
        this.#advance(pageNow());
      },
      onDropped: () => {
        this.#dropped++;
      },
      onFailed: () => {
        if (this.#decoder === decoder) this.#onFailed(picture.codec);
      },
    });
    return decoder;
  }

  #onFailed(codec: CodecName): void {
    this.#closeDecoder();
    this.#gate.shut();
    this.#needKeyFrame(pageNow());
    if (++this.#failures === failuresToGiveUp) this.#listener.onCodecFailed(codec);
  }

  #showDue(now: number): void {
    const { due, late } = this.#queue.takeDue(now);
    this.#dropped += late.length;
    late.forEach(({ image }) => image.close());
    if (due === undefined) return;
    const { picture } = due;
    this.#shown++;
    this.#width = picture.width;
    this.#height = picture.height;
    this.#latency.add(now, picture.time === 0 ? NaN : now - picture.time);
    this.#listener.onDue(due);
  }

  #needKeyFrame(now: number): void {
    if (now - this.#requestedAt < requestEveryMs) return;
    this.#requestedAt = now;
    this.#listener.onKeyFrameNeeded();
  }

  #closeDecoder(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#queue.clear().forEach(({ image }) => image.close());
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dropped += this.#held.splice(0).length;
    this.#gate.shut();
    this.#closeDecoder();
  }
}

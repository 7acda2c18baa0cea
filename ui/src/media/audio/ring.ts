import { sampleRate } from '../../protocol/frames.ts';

/**
 * Sound on its way from the worker that receives it to the worklet that plays it: one writer, one reader, no lock.
 *
 * The memory is shared between the two threads when the page is isolated; otherwise it belongs to the worklet and frames are posted
 * to it. Both ways run the writer and the reader below. The target is how much is queued before playing starts; it begins at 20 ms,
 * grows by half a frame when the ring ran dry in the middle of talk, and shrinks by as much when every frame of some seconds came that much earlier than needed.
 */
const capacity = 16_384;
const mask = capacity - 1;
const headerInts = 16;

const at = { write: 0, read: 1, target: 2, underruns: 3, overruns: 4, ranDry: 5, refill: 6, playing: 7 } as const;

const ms = (value: number) => (value * sampleRate) / 1_000;
export const ringTarget = { least: ms(20), most: ms(150) } as const;
const frame = ms(10);
const targetStep = ms(5);
const shrinkAfterSamples = ms(5_000);
/** What must always have been left in the queue before less is tried. */
const shrinkSlack = targetStep + ms(3);
const surplusAtOnce = ms(60);
const surplusForLong = ms(12);
const trimStep = ms(5);
const observeSamples = ms(2_000);
const fadeSamples = 96;

export const ringBytes = headerInts * 4 + capacity * 2;

/** The two views of the ring's memory. */
class RingMemory {
  readonly header: Int32Array;
  readonly samples: Int16Array;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    this.header = new Int32Array(buffer, 0, headerInts);
    this.samples = new Int16Array(buffer, headerInts * 4, capacity);
  }

  get queued(): number {
    return (Atomics.load(this.header, at.write) - Atomics.load(this.header, at.read)) | 0;
  }
}

/** Prepares fresh memory. To be called once, before writer and reader are made. */
export function initialiseRing(buffer: SharedArrayBuffer | ArrayBuffer): void {
  new Int32Array(buffer, 0, headerInts)[at.target] = ringTarget.least;
}

export interface RingState {
  readonly queuedMs: number;
  readonly targetMs: number;
  readonly underruns: number;
  readonly overruns: number;
}

/** What the ring holds and went through. */
export function ringState(buffer: SharedArrayBuffer | ArrayBuffer): RingState {
  const memory = new RingMemory(buffer);
  return {
    queuedMs: memory.queued / ms(1),
    targetMs: Atomics.load(memory.header, at.target) / ms(1),
    underruns: Atomics.load(memory.header, at.underruns),
    overruns: Atomics.load(memory.header, at.overruns),
  };
}

/** Puts frames in and adapts the target. */
export class RingWriter {
  readonly #memory: RingMemory;
  #leastLeft = Infinity;
  #playedSince = 0;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    this.#memory = new RingMemory(buffer);
  }

  /** Queues one frame; drops it when the ring is full. */
  write(frame: Int16Array, isStartOfTalk: boolean): void {
    const { header, samples } = this.#memory;
    this.#judge(isStartOfTalk, frame.length);
    if (isStartOfTalk) Atomics.store(header, at.refill, 1);
    if (this.#memory.queued + frame.length > capacity) {
      Atomics.add(header, at.overruns, 1);
      return;
    }

    const write = Atomics.load(header, at.write);
    for (let i = 0; i < frame.length; i++) samples[(write + i) & mask] = frame[i] ?? 0;
    Atomics.store(header, at.write, (write + frame.length) | 0);
  }

  /** A ring that ran dry was an underrun only if talk goes on; before a start of talk it was a pause. */
  #judge(isStartOfTalk: boolean, length: number): void {
    const { header } = this.#memory;
    const target = Atomics.load(header, at.target);
    if (Atomics.exchange(header, at.ranDry, 0) === 1 && !isStartOfTalk) {
      Atomics.add(header, at.underruns, 1);
      Atomics.store(header, at.target, Math.min(ringTarget.most, target + targetStep));
      this.#expectNothing();
    } else if (!isStartOfTalk && Atomics.load(header, at.playing) === 1) {
      this.#shrink(target, length);
    }
  }

  /** Asks for less when there was always more than enough left as the next frame came. */
  #shrink(target: number, length: number): void {
    this.#leastLeft = Math.min(this.#leastLeft, this.#memory.queued);
    this.#playedSince += length;
    if (this.#playedSince < shrinkAfterSamples) return;
    if (this.#leastLeft >= shrinkSlack) Atomics.store(this.#memory.header, at.target, Math.max(ringTarget.least, target - targetStep));
    this.#expectNothing();
  }

  #expectNothing(): void {
    this.#leastLeft = Infinity;
    this.#playedSince = 0;
  }
}

/** Takes samples out at the loudspeaker's pace. Every start, end and skip is faded, so that nothing clicks. */
export class RingReader {
  readonly #memory: RingMemory;
  #isPlaying = false;
  #gathered = 0;
  #gain = 0;
  #last = 0;
  #leastQueued = Infinity;
  #observed = 0;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    this.#memory = new RingMemory(buffer);
  }

  /** Fills one block, with sound or with silence. */
  read(block: Float32Array): void {
    const { header } = this.#memory;
    const target = Atomics.load(header, at.target);
    if (Atomics.exchange(header, at.refill, 0) === 1 && this.#memory.queued < target) this.#setPlaying(false);
    if (!this.#isPlaying && this.#hasEnough(target, block.length)) {
      this.#setPlaying(true);
      this.#gain = 0;
      this.#forget();
    }

    let filled = 0;
    if (this.#isPlaying) {
      this.#trim(target, block.length);
      filled = Math.min(block.length, this.#memory.queued);
      this.#copy(block, filled);
      if (filled < block.length) {
        this.#setPlaying(false);
        Atomics.store(header, at.ranDry, 1);
      }
    }

    for (let i = filled; i < block.length; i++) {
      this.#last *= 0.94;
      block[i] = Math.abs(this.#last) < 1e-5 ? (this.#last = 0) : this.#last;
    }
  }

  /** Frames come whole; what the target asks for beyond those is waited for. */
  #hasEnough(target: number, blockLength: number): boolean {
    const { queued } = this.#memory;
    if (queued > 0) this.#gathered += blockLength;
    return queued >= target - (target % frame) && (queued >= target || this.#gathered >= target - frame);
  }

  #setPlaying(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.#gathered = 0;
    Atomics.store(this.#memory.header, at.playing, isPlaying ? 1 : 0);
  }

  #copy(block: Float32Array, count: number): void {
    const { header, samples } = this.#memory;
    const read = Atomics.load(header, at.read);
    for (let i = 0; i < count; i++) {
      if (this.#gain < 1) this.#gain = Math.min(1, this.#gain + 1 / fadeSamples);
      block[i] = ((samples[(read + i) & mask] ?? 0) / 32_768) * this.#gain;
    }

    if (count > 0) this.#last = block[count - 1] ?? 0;
    Atomics.store(header, at.read, (read + count) | 0);
  }

  /** Takes queued delay away: all of it after a stall, a little when it stays too high for long. */
  #trim(target: number, blockLength: number): void {
    const queued = this.#memory.queued;
    if (queued > target + surplusAtOnce) {
      Atomics.add(this.#memory.header, at.overruns, 1);
      this.#skip(queued - target, blockLength);
      this.#forget();
      return;
    }

    this.#leastQueued = Math.min(this.#leastQueued, queued);
    this.#observed += blockLength;
    if (this.#observed < observeSamples) return;
    if (this.#leastQueued > target + surplusForLong) this.#skip(trimStep, blockLength);
    this.#forget();
  }

  /** Leaves samples out; the first ones behind the cut are blended with those before it. */
  #skip(count: number, blockLength: number): void {
    const { header, samples } = this.#memory;
    const read = Atomics.load(header, at.read);
    const blend = Math.min(fadeSamples, this.#memory.queued - count, blockLength);
    for (let i = 0; i < blend; i++) {
      const share = (i + 1) / (blend + 1);
      const to = (read + count + i) & mask;
      samples[to] = (samples[(read + i) & mask] ?? 0) * (1 - share) + (samples[to] ?? 0) * share;
    }

    Atomics.store(header, at.read, (read + count) | 0);
  }

  #forget(): void {
    this.#leastQueued = Infinity;
    this.#observed = 0;
  }
}

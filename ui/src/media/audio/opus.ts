import { sampleRate, samplesPerFrame } from '../../protocol/frames.ts';

/** Opus by the browser's WebCodecs: 48 kHz mono, one frame of 10 ms a packet, for an agent that has no library of its own. */

const frameMicroseconds = 10_000;
const complexity = 9;

/** An encoder that keeps a frame longer than this is taken to have lost it: the frame goes out as it is. */
const mostFramesEncoding = 5;

/** A decoder that is so far behind is begun anew; nobody wants to hear the past. */
const mostFramesDecoding = 25;

/** What fails that often is not there. */
const mostFailures = 3;

export interface OpusSettings {
  /** Bits a second of payload; 0 for none. */
  readonly bitrate: number;
  readonly lossPercent: number;
}

/** What waits for its result, in the order in which it was handed over. */
interface Waiting<T> {
  readonly timestamp: number;
  readonly item: T;
}

/** The one that a result belongs to. Those before it have none, and are given up. */
function takeUntil<T>(waiting: Waiting<T>[], timestamp: number, giveUp: (item: T) => void): T | undefined {
  while (waiting[0] !== undefined && waiting[0].timestamp < timestamp - frameMicroseconds / 2) {
    const [first] = waiting.splice(0, 1);
    if (first !== undefined) giveUp(first.item);
  }

  return waiting[0] !== undefined && waiting[0].timestamp < timestamp + frameMicroseconds / 2 ? waiting.shift()?.item : undefined;
}

export const encoderConfig = ({ bitrate, lossPercent }: OpusSettings): AudioEncoderConfig => ({
  codec: 'opus',
  sampleRate,
  numberOfChannels: 1,
  bitrate,
  opus: { frameDuration: frameMicroseconds, complexity, packetlossperc: lossPercent, useinbandfec: lossPercent > 0, usedtx: false },
});

const decoderConfig: AudioDecoderConfig = { codec: 'opus', sampleRate, numberOfChannels: 1 };

/** A captured frame; valid during the call. */
export interface Captured {
  readonly samples: Int16Array<ArrayBuffer>;
  readonly time: number;
}

/** Adds a payload to every frame of the microphone while that is wanted. Every frame comes out once and in order, with one or without. */
export class VoiceEncoder {
  readonly #onFrame: (frame: Captured, payload: Uint8Array<ArrayBuffer> | undefined) => void;
  readonly #onFailed: () => void;
  readonly #waiting: Waiting<Captured>[] = [];
  #settings: OpusSettings = { bitrate: 0, lossPercent: 0 };
  #encoder: AudioEncoder | undefined;
  #next = 0;
  #failures = 0;

  constructor(onFrame: (frame: Captured, payload: Uint8Array<ArrayBuffer> | undefined) => void, onFailed: () => void) {
    this.#onFrame = onFrame;
    this.#onFailed = onFailed;
  }

  configure(settings: OpusSettings): void {
    if (settings.bitrate === this.#settings.bitrate && settings.lossPercent === this.#settings.lossPercent) return;
    this.#settings = settings;
    if (settings.bitrate === 0) this.#close();
    else if (this.#encoder !== undefined) this.#try(() => this.#encoder?.configure(encoderConfig(settings)));
  }

  push(frame: Captured): void {
    if (this.#settings.bitrate === 0 || this.#failures >= mostFailures) {
      this.#onFrame(frame, undefined);
      return;
    }

    const timestamp = this.#next;
    this.#next += frameMicroseconds;
    // Whoever gave it writes the next frame into the same memory.
    this.#waiting.push({ timestamp, item: { ...frame, samples: frame.samples.slice() } });
    if (this.#waiting.length > mostFramesEncoding) this.#giveUpFirst();
    this.#try(() => {
      this.#encoder ??= this.#make();
      const data = new AudioData({ format: 's16', sampleRate, numberOfFrames: samplesPerFrame, numberOfChannels: 1, timestamp, data: frame.samples });
      this.#encoder.encode(data);
      data.close();
    });
  }

  #make(): AudioEncoder {
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const frame = takeUntil(this.#waiting, chunk.timestamp, (skipped) => this.#onFrame(skipped, undefined));
        if (frame === undefined) return;
        const payload = new Uint8Array(chunk.byteLength);
        chunk.copyTo(payload);
        this.#onFrame(frame, payload);
      },
      error: () => this.#fail(),
    });
    encoder.configure(encoderConfig(this.#settings));
    return encoder;
  }

  #try(work: () => void): void {
    try {
      work();
    } catch {
      this.#fail();
    }
  }

  #fail(): void {
    this.#close();
    if (++this.#failures === mostFailures) this.#onFailed();
  }

  #close(): void {
    const encoder = this.#encoder;
    this.#encoder = undefined;
    if (encoder !== undefined && encoder.state !== 'closed') encoder.close();
    while (this.#waiting.length > 0) this.#giveUpFirst();
  }

  #giveUpFirst(): void {
    const first = this.#waiting.shift();
    if (first !== undefined) this.#onFrame(first.item, undefined);
  }
}

/** Decodes what it is given, in that order. What fails does not come out. */
export class MixDecoder<T> {
  readonly #onFrame: (item: T, samples: Int16Array<ArrayBuffer>) => void;
  readonly #onFailed: () => void;
  readonly #waiting: Waiting<T>[] = [];
  readonly #plane = new Float32Array(samplesPerFrame);
  #decoder: AudioDecoder | undefined;
  #next = 0;
  #failures = 0;

  constructor(onFrame: (item: T, samples: Int16Array<ArrayBuffer>) => void, onFailed: () => void) {
    this.#onFrame = onFrame;
    this.#onFailed = onFailed;
  }

  decode(item: T, payload: Uint8Array<ArrayBuffer>): void {
    if (this.#failures >= mostFailures) return;
    if (this.#waiting.length >= mostFramesDecoding) this.#close();
    const timestamp = this.#next;
    this.#next += frameMicroseconds;
    this.#waiting.push({ timestamp, item });
    try {
      this.#decoder ??= this.#make();
      this.#decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, duration: frameMicroseconds, data: payload }));
    } catch {
      this.#fail();
    }
  }

  /** Ends when everything has come out, and lets the decoder go. */
  async flush(): Promise<void> {
    await this.#decoder?.flush().catch(() => undefined);
    this.#close();
  }

  #make(): AudioDecoder {
    const decoder = new AudioDecoder({
      output: (data) => {
        const item = takeUntil(this.#waiting, data.timestamp, () => undefined);
        if (item !== undefined && data.numberOfFrames === samplesPerFrame) {
          data.copyTo(this.#plane, { planeIndex: 0, format: 'f32-planar' });
          this.#onFrame(item, toInt16(this.#plane));
          this.#failures = 0;
        }

        data.close();
      },
      error: () => this.#fail(),
    });
    decoder.configure(decoderConfig);
    return decoder;
  }

  #fail(): void {
    this.#close();
    if (++this.#failures === mostFailures) this.#onFailed();
  }

  #close(): void {
    const decoder = this.#decoder;
    this.#decoder = undefined;
    if (decoder !== undefined && decoder.state !== 'closed') decoder.close();
    this.#waiting.length = 0;
  }
}

const toInt16 = (plane: Float32Array) => Int16Array.from(plane, (v) => Math.max(-32_768, Math.min(32_767, Math.round(v * 32_768))));

const probeFrames = 10;
const probeTimeoutMs = 3_000;
const probeHz = 500;
const probePeak = 10_000;

/** Finds out by doing it: a tone is encoded and decoded, and has to come back as loud, in packets of one frame of 10 ms. */
export async function probeOpus(): Promise<boolean> {
  if (typeof AudioEncoder === 'undefined' || typeof AudioDecoder === 'undefined') return false;
  const timeout = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), probeTimeoutMs));
  return Promise.race([comesBack().catch(() => false), timeout]);
}

async function comesBack(): Promise<boolean> {
  const config = encoderConfig({ bitrate: 48_000, lossPercent: 0 });
  if ((await AudioEncoder.isConfigSupported(config)).supported !== true) return false;
  const payloads: Uint8Array<ArrayBuffer>[] = [];
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      payloads.push(payload);
    },
    error: () => undefined,
  });
  try {
    encoder.configure(config);
    for (let n = 0; n < probeFrames; n++) {
      const data = Int16Array.from({ length: samplesPerFrame }, (_, i) => Math.round(probePeak * Math.sin((2 * Math.PI * probeHz * (n * samplesPerFrame + i)) / sampleRate)));
      const audio = new AudioData({ format: 's16', sampleRate, numberOfFrames: samplesPerFrame, numberOfChannels: 1, timestamp: n * frameMicroseconds, data });
      encoder.encode(audio);
      audio.close();
    }

    await encoder.flush();
  } finally {
    if (encoder.state !== 'closed') encoder.close();
  }

  if (payloads.length < probeFrames || !payloads.every(isOneFrame)) return false;
  return (await loudestOf(payloads)) > probePeak / 2;
}

async function loudestOf(payloads: readonly Uint8Array<ArrayBuffer>[]): Promise<number> {
  let loudest = 0;
  let frames = 0;
  const decoder = new MixDecoder<number>(
    (_, samples) => {
      frames++;
      loudest = samples.reduce((most, s) => Math.max(most, Math.abs(s)), loudest);
    },
    () => undefined,
  );
  for (const [index, payload] of payloads.entries()) decoder.decode(index, payload);
  await decoder.flush();
  return frames === payloads.length ? loudest : 0;
}

/** One frame of 10 ms (RFC 6716 section 3.1), the only kind in use. */
export function isOneFrame(packet: Uint8Array): boolean {
  const [first] = packet;
  if (first === undefined || (first & 3) !== 0) return false;
  const configuration = first >> 3;
  if (configuration < 12) return configuration % 4 === 0;
  return configuration < 16 ? configuration % 2 === 0 : configuration % 4 === 2;
}

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isOneFrame, MixDecoder, VoiceEncoder } from './opus.ts';

/** A codec of the browser that answers when the test says so. */
class FakeCodec {
  static readonly all: FakeCodec[] = [];
  state = 'unconfigured';
  readonly configs: unknown[] = [];
  readonly given: number[] = [];
  readonly #callbacks: { output: (result: unknown) => void; error: () => void };

  constructor(callbacks: { output: (result: unknown) => void; error: () => void }) {
    this.#callbacks = callbacks;
    FakeCodec.all.push(this);
  }

  configure(config: unknown): void {
    this.state = 'configured';
    this.configs.push(config);
  }

  encode({ timestamp }: { timestamp: number }): void {
    this.given.push(timestamp);
  }

  decode({ timestamp }: { timestamp: number }): void {
    this.given.push(timestamp);
  }

  close(): void {
    this.state = 'closed';
  }

  /** Answers the frame that was given as number n. */
  answer(n: number): void {
    const timestamp = this.given[n] ?? -1;
    this.#callbacks.output({
      timestamp,
      byteLength: 1,
      numberOfFrames: 480,
      copyTo: (to: { fill(value: number): void }) => to.fill(n),
      close: () => undefined,
    });
  }

  fail(): void {
    this.state = 'closed';
    this.#callbacks.error();
  }
}

class FakeSound {
  readonly timestamp: number;

  constructor({ timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
  }

  close(): void {
    // It has nothing.
  }
}

const newest = () => FakeCodec.all.at(-1) ?? expect.fail('No codec was made.');

beforeEach(() => {
  FakeCodec.all.length = 0;
  for (const name of ['AudioEncoder', 'AudioDecoder']) vi.stubGlobal(name, FakeCodec);
  for (const name of ['AudioData', 'EncodedAudioChunk']) vi.stubGlobal(name, FakeSound);
});

afterEach(() => vi.unstubAllGlobals());

describe('the encoder of the microphone', () => {
  const sent: [time: number, payload: number | undefined][] = [];
  const onFailed = vi.fn();
  const samples = new Int16Array(480);

  function make() {
    sent.length = 0;
    onFailed.mockReset();
    const encoder = new VoiceEncoder((frame, payload) => sent.push([frame.time, payload?.[0]]), onFailed);
    return { encoder, push: (from: number, to: number) => { for (let time = from; time <= to; time++) encoder.push({ samples, time }); } };
  }

  test('lets frames through as they are until it is told to encode, and again afterwards', () => {
    const { encoder, push } = make();
    push(1, 2);
    encoder.configure({ bitrate: 24_000, lossPercent: 0 });
    push(3, 4);
    newest().answer(0);
    encoder.configure({ bitrate: 0, lossPercent: 0 });
    push(5, 5);
    expect(sent).toEqual([[1, undefined], [2, undefined], [3, 0], [4, undefined], [5, undefined]]);
    expect(newest().state).toBe('closed');
  });

  test('sends every frame once and in order, also those that the encoder swallows', () => {
    const { encoder, push } = make();
    encoder.configure({ bitrate: 24_000, lossPercent: 0 });
    push(1, 3);
    newest().answer(1);
    newest().answer(2);
    push(4, 9);
    // One too many waits: the first goes as it is, and its payload comes too late.
    newest().answer(3);
    newest().answer(4);
    expect(sent).toEqual([[1, undefined], [2, 1], [3, 2], [4, undefined], [5, 4]]);
  });

  test('keeps the samples, which the microphone writes over', () => {
    const kept: number[] = [];
    const encoder = new VoiceEncoder((frame) => kept.push(frame.samples[0] ?? -1), onFailed);
    encoder.configure({ bitrate: 24_000, lossPercent: 0 });
    const memory = new Int16Array(480).fill(7);
    encoder.push({ samples: memory, time: 1 });
    memory.fill(8);
    newest().answer(0);
    expect(kept).toEqual([7]);
  });

  test('changes its rate without a new encoder, and the same rate changes nothing', () => {
    const { encoder, push } = make();
    encoder.configure({ bitrate: 24_000, lossPercent: 0 });
    push(1, 1);
    encoder.configure({ bitrate: 24_000, lossPercent: 0 });
    encoder.configure({ bitrate: 12_000, lossPercent: 5 });
    expect(FakeCodec.all.length).toBe(1);
    expect(newest().configs).toMatchObject([{ bitrate: 24_000 }, { bitrate: 12_000, opus: { packetlossperc: 5, useinbandfec: true, frameDuration: 10_000 } }]);
  });

  test('is tried three times; then the agent is told, and no frame is lost', () => {
    const { encoder, push } = make();
    encoder.configure({ bitrate: 24_000, lossPercent: 0 });
    for (let i = 1; i <= 3; i++) {
      expect(onFailed).not.toHaveBeenCalled();
      push(i, i);
      newest().fail();
    }
    push(4, 4);
    expect(onFailed).toHaveBeenCalledOnce();
    expect(FakeCodec.all.length).toBe(3);
    expect(sent.map(([time]) => time)).toEqual([1, 2, 3, 4]);
  });
});

describe('the decoder of the mix', () => {
  test('gives back what it was given with its samples, and leaves out what fails', () => {
    const decoded: [string, number][] = [];
    const decoder = new MixDecoder<string>((item, samples) => decoded.push([item, samples[0] ?? -1]), () => undefined);
    for (const item of ['a', 'b', 'c']) decoder.decode(item, new Uint8Array(1));
    newest().answer(0);
    newest().answer(2);
    newest().fail();
    decoder.decode('d', new Uint8Array(1));
    newest().answer(0);
    expect(decoded.map(([item]) => item)).toEqual(['a', 'c', 'd']);
    expect(decoded[1]?.[1]).toBe(32_767);
  });

  test('begins anew when a quarter of a second waits, and gives up after three failures in a row', () => {
    const onFailed = vi.fn();
    const decoder = new MixDecoder<number>(() => undefined, onFailed);
    for (let i = 0; i <= 25; i++) decoder.decode(i, new Uint8Array(1));
    expect(FakeCodec.all.map((c) => c.state)).toEqual(['closed', 'configured']);
    for (let i = 0; i < 3; i++) {
      newest().fail();
      decoder.decode(i, new Uint8Array(1));
    }
    expect(onFailed).toHaveBeenCalledOnce();
    expect(FakeCodec.all.length).toBe(4);
  });
});

test('a packet of one frame of 10 ms is known by its first byte', () => {
  // Configurations 0 to 11 are SILK, to 15 hybrid, to 31 CELT; two bits say how many frames (RFC 6716 section 3.1).
  const configurations = Array.from({ length: 32 }, (_, i) => i).filter((i) => isOneFrame(Uint8Array.of(i << 3, 0)));
  expect(configurations).toEqual([0, 4, 8, 12, 14, 18, 22, 26, 30]);
  expect(isOneFrame(Uint8Array.of((30 << 3) | 1))).toBe(false);
  expect(isOneFrame(new Uint8Array(0))).toBe(false);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pageNow } from '../../connection/clock.ts';
import type { CodecName, ReceivedPicture } from '../../protocol/frames.ts';
import type { DecoderListener, PictureDecoder } from './decoder.ts';
import { IncomingTrack } from './incomingTrack.ts';

const image = (id: number) => ({ close: () => void closed.push(id) }) as ImageBitmap;

/** A decoder that is done at once, unless it is told otherwise. */
class ScriptedDecoder implements PictureDecoder {
  readonly given: number[] = [];
  isBehind = false;
  isClosed = false;
  fails = false;
  readonly listener: DecoderListener;

  constructor(listener: DecoderListener) {
    this.listener = listener;
  }

  decode(picture: ReceivedPicture): void {
    this.given.push(picture.frameId);
    if (this.fails) this.listener.onFailed();
    else this.listener.onDecoded({ image: image(picture.frameId), picture });
  }

  close(): void {
    this.isClosed = true;
  }
}

let decoders: ScriptedDecoder[];
let shown: number[];
let closed: number[];
let keyFramesNeeded: number;
let failed: CodecName[];
let doFail: boolean;
let track: IncomingTrack;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  decoders = [];
  shown = [];
  closed = [];
  keyFramesNeeded = 0;
  failed = [];
  doFail = false;
  track = new IncomingTrack(
    { onDue: ({ picture }) => shown.push(picture.frameId), onKeyFrameNeeded: () => keyFramesNeeded++, onCodecFailed: (codec) => failed.push(codec) },
    (_, listener) => {
      const decoder = new ScriptedDecoder(listener);
      decoder.fails = doFail;
      decoders.push(decoder);
      return decoder;
    },
  );
});

afterEach(() => {
  track.close();
  vi.useRealTimers();
});

function receive(frameId: number, change: Partial<ReceivedPicture> = {}, isWatched = true): void {
  const picture = { codec: 'h264', isKey: false, isDiscardable: false, temporalLayer: 0, width: 640, height: 360, track: 7, frameId, time: pageNow() - 20, showAt: 0, data: new Uint8Array(1) } as const;
  track.receive(pageNow(), { ...picture, ...change }, isWatched);
}

test('from a key frame on everything is decoded and shown at once', () => {
  receive(1);
  receive(2, { isKey: true });
  receive(3);
  expect(shown).toEqual([2, 3]);
  expect(keyFramesNeeded).toBe(1);
  expect(track.stats(pageNow())).toMatchObject({ framesReceived: 3, framesShown: 2, framesDropped: 1, codec: 'h264', width: 640, height: 360, latencyMs: 20 });
});

test('a key frame is asked for at most twice a second', () => {
  for (let i = 1; i <= 40; i++) {
    receive(i);
    vi.advanceTimersByTime(50);
  }
  expect(keyFramesNeeded).toBe(4);
});

test('a picture waits for its time, encoded until shortly before', () => {
  const showAt = pageNow() + 200;
  receive(1, { isKey: true, showAt });
  receive(2, { showAt: showAt + 33 });
  expect(decoders).toEqual([]);
  vi.advanceTimersByTime(160);
  expect(decoders[0]?.given).toEqual([1]);
  expect(shown).toEqual([]);
  vi.advanceTimersByTime(41);
  expect(shown).toEqual([1]);
  vi.advanceTimersByTime(33);
  expect(shown).toEqual([1, 2]);
});

test('a picture without a time behind one that waits keeps its place', () => {
  receive(1, { isKey: true, showAt: pageNow() + 200 });
  receive(2, { showAt: 0 });
  expect(decoders).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(decoders[0]?.given).toEqual([1, 2]);
});

test('what waits is bounded', () => {
  const showAt = pageNow() + 60_000;
  for (let i = 1; i <= 100; i++) receive(i, { isKey: i === 1, showAt });
  expect(decoders[0]?.given.length).toBe(10);
});

test('a decoder that is far behind is given up, and another begins with the next key frame', () => {
  receive(1, { isKey: true });
  const [decoder] = decoders;
  if (decoder === undefined) throw new Error('There is no decoder.');
  decoder.isBehind = true;
  receive(2);
  receive(3);
  expect(decoder.isClosed).toBe(true);
  receive(4, { isKey: true });
  receive(5);
  expect(decoders.map((d) => d.given)).toEqual([[1], [4, 5]]);
  expect(shown).toEqual([1, 4, 5]);
  expect(keyFramesNeeded).toBe(1);
});

test('a decoder that is behind at a key frame makes room for it', () => {
  receive(1, { isKey: true });
  const [decoder] = decoders;
  if (decoder === undefined) throw new Error('There is no decoder.');
  decoder.isBehind = true;
  receive(2, { isKey: true });
  expect(decoders.map((d) => d.isClosed)).toEqual([true, false]);
  expect(shown).toEqual([1, 2]);
});

test('another codec gets another decoder, and what the one before still says is closed', () => {
  receive(1, { isKey: true });
  receive(2, { codec: 'jpeg', isKey: true });
  decoders[0]?.listener.onDecoded({ image: image(99), picture: { frameId: 99, showAt: 0 } as ReceivedPicture });
  expect(decoders.map((d) => d.isClosed)).toEqual([true, false]);
  expect(shown).toEqual([1, 2]);
  expect(closed).toEqual([99]);
});

test('a decoder that fails begins anew with a key frame, and is given up when it goes on failing', () => {
  receive(1, { isKey: true });
  doFail = true;
  decoders[0]?.listener.onFailed();
  receive(2);
  expect(shown).toEqual([1]);
  expect(keyFramesNeeded).toBe(1);
  receive(3, { isKey: true });
  expect(failed).toEqual([]);
  receive(4, { isKey: true });
  expect(failed).toEqual(['h264']);
  expect(decoders.every((d) => d.isClosed)).toBe(true);
});

test('without anybody who looks it goes on for a moment, and then not at all', () => {
  receive(1, { isKey: true });
  vi.advanceTimersByTime(1_500);
  receive(2, {}, false);
  expect(shown).toEqual([1, 2]);
  vi.advanceTimersByTime(1_000);
  receive(3, { isKey: true }, false);
  expect(shown).toEqual([1, 2]);
  expect(decoders[0]?.isClosed).toBe(true);
  receive(4);
  expect(shown).toEqual([1, 2]);
  expect(keyFramesNeeded).toBe(1);
});

test('closed, it lets everything go', () => {
  receive(1, { isKey: true, showAt: pageNow() + 30 });
  track.close();
  vi.advanceTimersByTime(1_000);
  expect(shown).toEqual([]);
  expect(closed).toEqual([1]);
});

test('it is over when nothing has come for ten seconds', () => {
  receive(1, { isKey: true });
  vi.advanceTimersByTime(9_000);
  expect(track.isOver(pageNow())).toBe(false);
  vi.advanceTimersByTime(1_001);
  expect(track.isOver(pageNow())).toBe(true);
});

import { beforeEach, expect, test } from 'vitest';
import type { EncodedPicture } from '../../protocol/frames.ts';
import { maxFrame, type UiEncoding, type VideoCodec } from '../../protocol/messages.g.ts';
import { CameraEncoding, firstPlan } from './cameraEncoding.ts';
import type { CapturedPicture, EncoderListener, PictureEncoder } from './encoder.ts';

const h264: UiEncoding = { encoding: 0, codec: 'h264', width: 640, height: 360, framesPerSecond: 30, bitrate: 500_000, quality: 60, temporalLayers: 1 };

/** An encoder that is told when a picture is ready. */
class ScriptedEncoder implements PictureEncoder {
  readonly asked: { readonly plan: UiEncoding; readonly isKeyWanted: boolean; readonly time: number }[] = [];
  queueSize = 0;
  isClosed = false;
  readonly listener: EncoderListener;

  constructor(listener: EncoderListener) {
    this.listener = listener;
  }

  get isBusy(): boolean {
    return this.queueSize >= 2;
  }

  encode(picture: CapturedPicture, plan: UiEncoding, isKeyWanted: boolean): void {
    this.asked.push({ plan, isKeyWanted, time: picture.time });
  }

  finish(bytes = 10): void {
    const asked = this.asked.at(-1);
    if (asked === undefined) throw new Error('Nothing was asked for.');
    const { codec, width, height } = asked.plan;
    const picture = { codec, isKey: asked.isKeyWanted, isDiscardable: false, temporalLayer: 0, width, height, time: asked.time, data: new Uint8Array(bytes) };
    this.listener.onEncoded(asked.time + 5, picture, 5);
  }

  close(): void {
    this.isClosed = true;
  }
}

let encoders: ScriptedEncoder[];
let sent: EncodedPicture[];
let failed: VideoCodec[];
let time: number;

beforeEach(() => {
  encoders = [];
  sent = [];
  failed = [];
  time = 0;
});

function encodingOf(plan: UiEncoding): CameraEncoding {
  return new CameraEncoding(plan, { onPicture: (p) => sent.push(p), onCodecFailed: (c) => failed.push(c) }, (_, listener) => {
    const encoder = new ScriptedEncoder(listener);
    encoders.push(encoder);
    return encoder;
  });
}

function take(encoding: CameraEncoding, isSocketFull = false): void {
  time += 1_000 / 30;
  encoding.take(time, { source: {} as ImageBitmap, width: 1_280, height: 720, time }, isSocketFull);
}

const keys = () => encoders.map((e) => e.asked.map((a) => a.isKeyWanted));

test('begins with a key frame, and makes another when it is asked for', () => {
  const encoding = encodingOf(h264);
  take(encoding);
  take(encoding);
  encoding.wantKeyFrame();
  take(encoding);
  take(encoding);
  expect(keys()).toEqual([[true, false, true, false]]);
});

test('drops before it encodes while two pictures wait, or what is encoded cannot leave', () => {
  const encoding = encodingOf(h264);
  take(encoding);
  const [encoder] = encoders;
  if (encoder === undefined) throw new Error('There is no encoder.');
  encoder.queueSize = 2;
  take(encoding);
  encoder.queueSize = 1;
  take(encoding, true);
  take(encoding);
  expect(encoder.asked.length).toBe(2);
  expect(encoding.stats(time)).toMatchObject({ framesDropped: 2, encodeQueue: 2 });
});

test('a key frame that was asked for while it was busy comes afterwards', () => {
  const encoding = encodingOf(h264);
  take(encoding);
  encoding.wantKeyFrame();
  take(encoding, true);
  take(encoding);
  expect(keys()).toEqual([[true, true]]);
});

test('keeps its encoder while size and rates change, and makes a new one for another codec or layering', () => {
  const encoding = encodingOf(h264);
  take(encoding);
  encoding.update({ ...h264, height: 180, width: 320, bitrate: 100_000 });
  take(encoding);
  expect(encoders.length).toBe(1);
  expect(encoders[0]?.asked.at(-1)).toMatchObject({ plan: { height: 180, bitrate: 100_000 }, isKeyWanted: false });
  encoding.update({ ...h264, codec: 'vp8' });
  take(encoding);
  encoding.update({ ...h264, codec: 'vp8', temporalLayers: 2 });
  take(encoding);
  expect(encoders.map((e) => e.isClosed)).toEqual([true, true, false]);
  expect(keys()).toEqual([[true, false], [true], [true]]);
});

test('gives on what was encoded, with its number, and measures it', () => {
  const encoding = encodingOf({ ...h264, encoding: 1 });
  take(encoding);
  encoders[0]?.finish();
  expect(sent).toMatchObject([{ encoding: 1, codec: 'h264', isKey: true, width: 640, height: 360, time }]);
  expect(encoding.stats(time + 5)).toMatchObject({ encoding: 1, framesSent: 1, keyFrames: 1, fps: 1, encodeMs: 5 });
});

test('a picture of an encoder that was let go does not leave', () => {
  const encoding = encodingOf(h264);
  take(encoding);
  encoding.close();
  encoders[0]?.finish();
  expect(sent).toEqual([]);
});

test('a picture that is too large is left out, and a key frame follows', () => {
  const encoding = encodingOf(h264);
  take(encoding);
  encoders[0]?.finish(maxFrame + 1);
  take(encoding);
  expect(sent).toEqual([]);
  expect(keys()).toEqual([[true, true]]);
  expect(encoding.stats(time)).toMatchObject({ framesDropped: 1 });
});

test('a codec that fails is said to, and JPEG goes on: not larger than at the beginning', () => {
  const encoding = encodingOf({ ...h264, width: 1_920, height: 1_080 });
  take(encoding);
  encoders[0]?.listener.onFailed();
  encoders[0]?.listener.onFailed();
  for (let i = 0; i < 4; i++) take(encoding);
  expect(failed).toEqual(['h264']);
  expect(encoders.length).toBe(2);
  expect(encoders[1]?.asked[0]).toMatchObject({ plan: firstPlan, isKeyWanted: true });
});

test('a small encoding that fails stays small', () => {
  const encoding = encodingOf({ ...h264, encoding: 1, width: 256, height: 144 });
  take(encoding);
  encoders[0]?.listener.onFailed();
  for (let i = 0; i < 4; i++) take(encoding);
  expect(encoders[1]?.asked[0]).toMatchObject({ plan: { codec: 'jpeg', encoding: 1, width: 256, height: 144 } });
});

import { expect, test } from 'vitest';
import type { AudioStats } from './audio/messages.ts';
import { measuredOf } from './measured.ts';
import type { EncodingStats, TrackStats } from './video/messages.ts';

const encoding: EncodingStats = { encoding: 0, codec: 'h264', width: 640, height: 360, framesSent: 9, framesDropped: 0, keyFrames: 1, fps: 15, encodeMs: 3, encodeQueue: 1 };
const track: TrackStats = { framesReceived: 9, framesShown: 9, framesDropped: 0, codec: 'vp8', width: 640, height: 360, fps: 14, latencyMs: 40 };
const audio: AudioStats = { framesSent: 1, framesReceived: 1, framesRefused: 0, queuedMs: 10, targetMs: 20, underruns: 0, overruns: 0, captureMs: 2, ringMs: 21 };

test('the larger encoding stands for the camera, and the longest queue for both', () => {
  const sent = { fpsCaptured: 30, encodings: [{ ...encoding, encoding: 1, fps: 5, encodeMs: 1, encodeQueue: 2 }, encoding] };
  expect(measuredOf(audio, sent, { 7: track }, 12)).toEqual({
    fpsCaptured: 30, fpsSent: 15, encodeMs: 3, encodeQueue: 2, captureMs: 2, ringMs: 21, outputMs: 12, tracks: [{ track: 7, fps: 14, latencyMs: 40 }],
  });
});

test('before anything was measured there is nothing that looks like it', () => {
  expect(measuredOf(undefined, undefined, {}, null)).toEqual({
    fpsCaptured: 0, fpsSent: 0, encodeMs: null, encodeQueue: 0, captureMs: null, ringMs: null, outputMs: null, tracks: [],
  });
});

test('the small encoding stands for the camera when it is the only one', () => {
  expect(measuredOf(undefined, { fpsCaptured: 15, encodings: [{ ...encoding, encoding: 1, fps: 5 }] }, {}, null)).toMatchObject({ fpsSent: 5 });
});

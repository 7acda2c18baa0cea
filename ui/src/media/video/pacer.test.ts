import { describe, expect, test } from 'vitest';
import { FramePacer } from './pacer.ts';
import { fitWithin } from './size.ts';

function count(cameraRate: number, rate: number, jitter = 0): number {
  const pacer = new FramePacer(rate);
  let taken = 0;
  for (let i = 0; i < cameraRate * 10; i++) if (pacer.takes((i * 1_000) / cameraRate + (i % 2 === 0 ? jitter : -jitter))) taken++;
  return taken / 10;
}

describe('the pacer', () => {
  test.each([
    [30, 15, 15],
    [25, 15, 15],
    [60, 15, 15],
    [15, 15, 15],
    [10, 15, 10],
    [14.99, 15, 14.99],
  ])('makes of a camera at %d and a rate of %d about %d a second', (camera, rate, wanted) => expect(Math.abs(count(camera, rate) - wanted)).toBeLessThan(0.3));

  test('bears a camera that ticks unevenly', () => expect(count(15, 15, 8)).toBeGreaterThan(14.5));

  test('does not burst after the camera paused', () => {
    const pacer = new FramePacer(15);
    pacer.takes(0);
    expect([1_000, 1_010, 1_020, 1_067].map((t) => pacer.takes(t))).toEqual([true, false, false, true]);
  });
});

describe('a picture within a box', () => {
  test.each([
    [1280, 720, 640, 360],
    [640, 480, 480, 360],
    [320, 180, 320, 180],
    [720, 1280, 360, 640],
    [1921, 1081, 640, 360],
  ])('%d × %d becomes %d × %d', (width, height, w, h) => expect(fitWithin(width, height, { width: 640, height: 360 })).toEqual({ width: w, height: h }));
});

import { expect, test } from 'vitest';
import { CaptureClock } from './captureClock.ts';

test('late arrivals do not move the time of capture', () => {
  const clock = new CaptureClock();
  expect(clock.toPage(1_000, 10)).toBe(1_000);
  expect(clock.toPage(1_030, 20)).toBeCloseTo(1_010, 1);
  expect(clock.toPage(1_021, 30)).toBeCloseTo(1_020, 1);
});

test('a device that starts its time again is followed', () => {
  const clock = new CaptureClock();
  clock.toPage(1_000, 50_000);
  expect(clock.toPage(1_020, 0)).toBe(1_020);
});

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

test('a device that was held up and has lost time is believed again within four seconds', () => {
  const clock = new CaptureClock();
  const late = [];
  for (let t = 0; t < 20_000; t += 10) {
    // After a second its stamps are 300 ms behind for good.
    const stamp = t < 1_000 ? t : t - 300;
    late.push(t - clock.toPage(t, stamp));
  }

  expect(late[150]).toBeCloseTo(300);
  expect(Math.max(...late.slice(500))).toBeCloseTo(0);
});

test('clocks that drift apart by a millisecond each second stay within four', () => {
  const clock = new CaptureClock();
  const late = Array.from({ length: 6_000 }, (_, i) => i * 10 - clock.toPage(i * 10, i * 10 * 0.999));
  expect(Math.max(...late)).toBeLessThan(4.1);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-0.001);
});

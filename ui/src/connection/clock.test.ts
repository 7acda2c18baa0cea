import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { ClockMapping } from './clock.ts';

test('the answer with the least round trip sets the offset', () => {
  const clock = new ClockMapping();
  expect(clock.isKnown).toBe(false);
  clock.onPong(1_010, 1_000, 505);
  expect(clock.toPage(505)).toBe(1_005);
  clock.onPong(2_100, 2_000, 1_590);
  expect(clock.toPage(505)).toBe(1_005);
  clock.onPong(3_002, 3_000, 2_503);
  expect(clock.toPage(2_503)).toBe(3_001);
});

test('an answer from before its question is ignored', () => {
  const clock = new ClockMapping();
  clock.onPong(1_000, 1_010, 1);
  expect(clock.isKnown).toBe(false);
});

test('an old best gives way to a slightly slower answer in the end, since clocks drift', () => {
  const clock = new ClockMapping();
  clock.onPong(1_001, 1_000, 0);
  for (let i = 0; i < 200; i++) clock.onPong(2_002, 2_000, 1_005);
  expect(clock.toPage(1_005)).toBe(2_001);
});

test('waits double from a quarter of a second to five seconds', () => {
  const backoff = new Backoff();
  expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  backoff.reset();
  expect(backoff.next()).toBe(250);
});

import { expect, test } from 'vitest';
import { SlidingWindow } from './slidingWindow.ts';

test('counts what happened in the last second and forgets what is older', () => {
  const window = new SlidingWindow();
  for (let t = 0; t < 3_000; t += 40) window.add(t, t);
  expect(window.rate(2_960)).toBe(25);
  expect(window.mean(2_960)).toBe(2_480);
  expect(window.most(2_960)).toBe(2_960);
  expect(window.rate(3_500)).toBe(11.5 + 0.5);
  expect(window.rate(4_000)).toBe(0);
});

test('without values there is no mean, and events without a value do not count into it', () => {
  const window = new SlidingWindow();
  expect(window.mean(0)).toBeNull();
  window.add(0);
  expect(window.rate(0)).toBe(1);
  expect(window.mean(0)).toBeNull();
  window.add(1, 8);
  expect(window.mean(1)).toBe(8);
});

import { expect, test } from 'vitest';
import { FrameQueue } from './frameQueue.ts';

function queueOf(...showAt: number[]): FrameQueue<number> {
  const queue = new FrameQueue<number>();
  showAt.forEach((t, i) => queue.push(i, t));
  return queue;
}

test('a picture without a time is due at once', () => expect(queueOf(0).takeDue(5)).toEqual({ due: 0, late: [] }));

test('pictures wait for their time, one after the other', () => {
  const queue = queueOf(100, 140);
  expect(queue.takeDue(90)).toEqual({ due: undefined, late: [] });
  expect(queue.nextAt).toBe(100);
  expect(queue.takeDue(99.5)).toEqual({ due: 0, late: [] });
  expect(queue.nextAt).toBe(140);
  expect(queue.takeDue(141)).toEqual({ due: 1, late: [] });
  expect(queue.nextAt).toBeUndefined();
});

test('of several that are due the newest is shown', () => expect(queueOf(100, 140, 180, 220).takeDue(185)).toEqual({ due: 2, late: [0, 1] }));

test('when too many wait the oldest is shown before its time', () => {
  const queue = queueOf(100, 140, 180, 220, 260);
  expect(queue.takeDue(50)).toEqual({ due: 0, late: [] });
  expect(queue.takeDue(50)).toEqual({ due: undefined, late: [] });
});

test('a later picture with an earlier time takes the ones before along', () => expect(queueOf(200, 100).takeDue(100)).toEqual({ due: 1, late: [0] }));

test('cleared, it is empty', () => {
  const queue = queueOf(100, 140);
  expect(queue.clear()).toEqual([0, 1]);
  expect(queue.takeDue(500)).toEqual({ due: undefined, late: [] });
});

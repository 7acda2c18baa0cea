import { describe, expect, test } from 'vitest';
import { PictureRatings } from './pictureRatings.ts';

describe('how pictures come', () => {
  const told = (...seconds: (number | undefined)[]) => {
    const ratings = new PictureRatings();
    return seconds.map((fps) => ratings.update(fps === undefined ? [] : [{ track: 7, fps }]).get(7));
  };

  test('nothing is said of ten a second, also when some count as nine', () => expect(told(10, 9, 9.5, 8, 10)).toEqual(Array.from({ length: 5 }, () => undefined)));

  test('few and hardly any are told from the third second on, and forgotten as calmly', () => {
    expect(told(6, 6, 6, 6)).toEqual([undefined, undefined, 'fair', 'fair']);
    expect(told(0, 1, 2, 15, 15, 15)).toEqual([undefined, undefined, 'poor', 'poor', 'poor', undefined]);
  });

  test('one bad second, or ones that differ, are no judgement', () => expect(told(15, 2, 15, 6, 2, 6, 2)).toEqual(Array.from({ length: 7 }, () => undefined)));

  test('who is not shown any more is forgotten', () => expect(told(0, 0, 0, undefined, 0)).toEqual([undefined, undefined, 'poor', undefined, undefined]));

  test('each is judged alone, and what is the same stays the same object', () => {
    const ratings = new PictureRatings();
    const shown = [{ track: 1, fps: 15 }, { track: 2, fps: 5 }];
    for (let i = 0; i < 2; i++) ratings.update(shown);
    const third = ratings.update(shown);
    expect([...third]).toEqual([[2, 'fair']]);
    expect(ratings.update(shown)).toBe(third);
  });
});

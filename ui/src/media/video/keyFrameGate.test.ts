import { expect, test } from 'vitest';
import { KeyFrameGate } from './keyFrameGate.ts';

/** Which pictures pass, of "ID" with "k" for a key frame and "+" for the upper temporal layer. */
function passing(pictures: string, gate = new KeyFrameGate()): string {
  return pictures
    .split(' ')
    .filter((text) => gate.takes({ frameId: parseInt(text, 10) >>> 0, isKey: text.includes('k'), temporalLayer: text.includes('+') ? 1 : 0 }))
    .join(' ');
}

test('nothing passes before the first key frame', () => expect(passing('7 8 9k 10 11')).toBe('9k 10 11'));

test('after a gap nothing passes until the next key frame', () => expect(passing('1k 2 4 5 6k 7')).toBe('1k 2 6k 7'));

test('a key frame needs nothing before it', () => expect(passing('1k 2 9k 10')).toBe('1k 2 9k 10'));

test('a missing picture of the upper layer hurts nobody', () => expect(passing('1k 2+ 3 5 6+ 7')).toBe('1k 2+ 3 5 6+ 7'));

test('a missing picture of the lower layer hurts whatever comes then', () => {
  expect(passing('1k 2+ 4+ 5')).toBe('1k 2+');
  expect(passing('1k 2+ 3 6 7+')).toBe('1k 2+ 3');
});

test('without layers in sight a gap is a gap', () => {
  expect(passing('1k 3 4')).toBe('1k');
  expect(passing('1k 2+ 3 4 6 7')).toBe('1k 2+ 3 4');
});

test('an older picture does not pass', () => expect(passing('5k 6 5 6')).toBe('5k 6'));

test('numbers wrap around', () => expect(passing('4294967294k 4294967295 0 1')).toBe('4294967294k 4294967295 0 1'));

test('shut by hand it waits for a key frame', () => {
  const gate = new KeyFrameGate();
  passing('1k 2', gate);
  gate.shut();
  expect(passing('3 4k 5', gate)).toBe('4k 5');
});

import { expect, test } from 'vitest';
import { decoderString, encoderString } from './codecStrings.ts';

test('the level follows the size', () => {
  expect(encoderString('h264', 1280, 720)).toBe('avc1.42e01f');
  expect(encoderString('h264', 1920, 1080)).toBe('avc1.42e028');
  expect(encoderString('vp9', 1920, 1080)).toBe('vp09.00.40.08');
  expect(encoderString('av1', 640, 360)).toBe('av01.0.05M.08');
});

test('what decodes H.264 is in its first sequence parameter set', () => {
  const accessUnitDelimiter = [0, 0, 0, 1, 9, 0x10];
  const keyFrame = Uint8Array.of(...accessUnitDelimiter, 0, 0, 0, 1, 0x67, 0x64, 0x00, 0x28, 0xac, 0, 0, 1, 0x68, 1, 2);
  expect(decoderString('h264', 640, 360, keyFrame)).toBe('avc1.640028');
});

test('a parameter set that is not there or cut off is not made up', () => {
  for (const data of [[], [0, 0, 1], [0, 0, 1, 0x67, 0x42], [0, 0, 1, 0x65, 0x64, 0, 0x28]]) {
    expect(decoderString('h264', 640, 360, Uint8Array.from(data))).toBe('avc1.42e01f');
  }
});

test('a parameter set at the very end is found', () => {
  expect(decoderString('h264', 640, 360, Uint8Array.of(0, 0, 1, 0x67, 0x4d, 0x40, 0x1e))).toBe('avc1.4d401e');
});

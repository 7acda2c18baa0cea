import { describe, expect, test } from 'vitest';
import { samplesPerFrame } from '../../protocol/frames.ts';
import { MicrophoneFramer } from './framer.ts';
import { level } from './level.ts';

const tone = (hz: number, rate: number, seconds: number, amplitude = 0.5) =>
  Float32Array.from({ length: rate * seconds }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / rate));

function frames(channels: Float32Array[], rate: number, blockSize: number) {
  const got: { samples: Int16Array; time: number }[] = [];
  const framer = new MicrophoneFramer((samples, time) => got.push({ samples: samples.slice(), time }));
  const length = channels[0]?.length ?? 0;
  for (let i = 0; i + blockSize <= length; i += blockSize) {
    framer.push(channels.map((c) => c.slice(i, i + blockSize)), rate, (i * 1_000) / rate);
  }

  return got;
}

/** Amplitude of one frequency in a signal (Goertzel by definition). */
function amplitudeAt(hz: number, samples: number[]): number {
  let re = 0;
  let im = 0;
  samples.forEach((s, i) => {
    re += s * Math.cos((2 * Math.PI * hz * i) / 48_000);
    im += s * Math.sin((2 * Math.PI * hz * i) / 48_000);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

const flat = (got: { samples: Int16Array }[]) => got.flatMap((f) => [...f.samples].map((s) => s / 32_768));

describe('what a microphone gives becomes 10 ms frames', () => {
  test.each([480, 1_024, 128, 37])('from blocks of %i at 48 kHz without loss', (blockSize) => {
    const signal = tone(440, 48_000, 1);
    const got = frames([signal], 48_000, blockSize);
    expect(got.every((f) => f.samples.length === samplesPerFrame)).toBe(true);
    flat(got).forEach((s, i) => expect(Math.abs(s - (signal[i] ?? 0))).toBeLessThan(2 / 32_768));
  });

  test('each with the time of its first sample', () => {
    frames([tone(440, 48_000, 1)], 48_000, 1_024).forEach((f, i) => expect(f.time).toBeCloseTo(i * 10, 3));
  });

  test.each([44_100, 16_000, 96_000])('from %i Hz with the same pitch and loudness', (rate) => {
    const got = flat(frames([tone(997, rate, 1)], rate, 441)).slice(4_800, 4_800 + 38_400);
    expect(amplitudeAt(997, got)).toBeCloseTo(0.5, 2);
    const rest = Math.sqrt(got.reduce((sum, s) => sum + s * s, 0) / got.length) ** 2 - 0.125;
    expect(Math.abs(rest)).toBeLessThan(0.001);
  });

  test('from 44.1 kHz as many as time passes', () => expect(frames([tone(440, 44_100, 10)], 44_100, 441).length).toBeGreaterThanOrEqual(998));

  test('from stereo by the average', () => {
    const left = tone(440, 48_000, 1);
    const got = flat(frames([left, new Float32Array(left.length)], 48_000, 480));
    expect(amplitudeAt(440, got.slice(0, 48_000))).toBeCloseTo(0.25, 2);
  });

  test('and is clipped, not wrapped, when too loud', () => {
    const got = flat(frames([new Float32Array(480).fill(1.5)], 48_000, 480));
    expect(Math.min(...got)).toBeGreaterThan(0.99);
  });
});

test('the meter shows nothing below -60 dBFS and all at full scale', () => {
  const at = (amplitude: number) => level(new Int16Array(480).fill(amplitude * 32_767));
  expect(at(0)).toBe(0);
  expect(at(0.0005)).toBe(0);
  expect(at(0.1)).toBeCloseTo(0.667, 2);
  expect(at(1)).toBeCloseTo(1, 3);
});

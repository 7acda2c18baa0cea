import { describe, expect, test } from 'vitest';
import { initialiseRing, ringBytes, RingReader, ringState, ringTarget, RingWriter } from './ring.ts';

const frameSamples = 480;
const blockSamples = 128;

function makeRing() {
  const buffer = new ArrayBuffer(ringBytes);
  initialiseRing(buffer);
  const writer = new RingWriter(buffer);
  const reader = new RingReader(buffer);
  let phase = 0;
  const tone = () => Int16Array.from({ length: frameSamples }, () => Math.round(12_000 * Math.sin(phase++ * 0.05)));
  const block = new Float32Array(blockSamples);
  return {
    state: () => ringState(buffer),
    write: (isStart = false, frame = tone()) => writer.write(frame, isStart),
    read: () => {
      reader.read(block);
      return [...block];
    },
    /** Plays for a while with frames coming in time. */
    play: (milliseconds: number) => {
      const played: number[] = [];
      let due = 0;
      for (let t = 0; t < milliseconds * 48; t += blockSamples) {
        while (due <= t) {
          writer.write(tone(), false);
          due += frameSamples;
        }

        reader.read(block);
        played.push(...block);
      }

      return played;
    },
  };
}

const isSilent = (block: number[]) => block.every((s) => s === 0);
const largestStep = (samples: number[]) => samples.reduce((most, s, i) => (i === 0 ? 0 : Math.max(most, Math.abs(s - (samples[i - 1] ?? 0)))), 0);

describe('the playout ring', () => {
  test('is silent until the target of 20 ms is queued', () => {
    const ring = makeRing();
    ring.write(true);
    expect(isSilent(ring.read())).toBe(true);
    ring.write();
    expect(isSilent(ring.read())).toBe(false);
  });

  test('waits out half a frame that its target asks for', () => {
    const ring = makeRing();
    ring.play(100);
    for (let i = 0; i < 20; i++) ring.read();
    ring.write();
    expect(ring.state().targetMs).toBe(25);
    ring.write();
    const silent = Array.from({ length: 8 }, () => isSilent(ring.read())).filter(Boolean).length;
    // Two frames are there at once: 15 ms are six blocks of 2.7.
    expect(silent).toBe(5);
  });

  test('plays every sample in order', () => {
    const ring = makeRing();
    const ramp = Int16Array.from({ length: frameSamples }, (_, i) => i);
    ring.write(true, ramp);
    ring.write(false, ramp.map((v) => v + frameSamples));
    const played = Array.from({ length: 7 }, () => ring.read()).flat();
    for (let i = 200; i < played.length; i++) expect(Math.round((played[i] ?? 0) * 32_768)).toBe(i);
  });

  test('counts an underrun in the middle of talk and grows its target', () => {
    const ring = makeRing();
    ring.play(100);
    for (let i = 0; i < 20; i++) ring.read();
    expect(ring.state().underruns).toBe(0);
    ring.write();
    expect(ring.state()).toMatchObject({ underruns: 1, targetMs: 25 });
  });

  test('does not call a pause an underrun', () => {
    const ring = makeRing();
    ring.play(100);
    for (let i = 0; i < 20; i++) ring.read();
    ring.write(true);
    expect(ring.state()).toMatchObject({ underruns: 0, targetMs: 20 });
    expect(isSilent(ring.read())).toBe(true);
  });

  test('shrinks its target when 5 s of sound never needed it, not below 20 ms', () => {
    const ring = makeRing();
    ring.play(100);
    for (let i = 0; i < 20; i++) ring.read();
    ring.write();
    expect(ring.state().targetMs).toBe(25);
    ring.play(5_200);
    expect(ring.state().targetMs).toBe(20);
    ring.play(30_000);
    expect(ring.state()).toMatchObject({ targetMs: 20, underruns: 1 });
  });

  test('runs dry once or twice, and not each time, when frames are late again and again', () => {
    const ring = makeRing();
    ring.play(100);
    for (let i = 0; i < 20; i++) ring.read();
    // From now on two frames of each second come 36 ms late.
    let due = 0;
    for (let at = 0; at < 48 * 30_000; at += blockSamples) {
      while (due <= at - (due % 48_000 < 960 ? 1_728 : 0)) {
        ring.write();
        due += frameSamples;
      }

      ring.read();
    }

    expect(ring.state().underruns).toBeLessThanOrEqual(5);
  });

  test('never lets the target pass its bound', () => {
    const ring = makeRing();
    for (let i = 0; i < 30; i++) {
      for (let k = 0; k < 20; k++) ring.write();
      for (let k = 0; k < 90; k++) ring.read();
    }

    ring.write();
    expect(ring.state().targetMs).toBe((ringTarget.most * 1_000) / 48_000);
  });

  test('catches up at once after a stall brought too much', () => {
    const ring = makeRing();
    for (let i = 0; i < 12; i++) ring.write();
    ring.read();
    expect(ring.state().queuedMs).toBeLessThanOrEqual(20);
    expect(ring.state().overruns).toBe(1);
  });

  test('gives a delay that stays too high back in small steps', () => {
    const ring = makeRing();
    for (let i = 0; i < 5; i++) ring.write();
    ring.play(1_000);
    const before = ring.state().queuedMs;
    ring.play(20_000);
    expect(ring.state().queuedMs).toBeLessThan(before - 10);
    expect(ring.state().underruns).toBe(0);
  });

  test('drops what does not fit and says so', () => {
    const ring = makeRing();
    for (let i = 0; i < 40; i++) ring.write();
    expect(ring.state().overruns).toBe(6);
  });

  test('does not click when it starts, runs dry, resumes or skips', () => {
    const ring = makeRing();
    const played = [...ring.play(60), ...Array.from({ length: 30 }, () => ring.read()).flat(), ...ring.play(60)];
    for (let i = 0; i < 12; i++) ring.write();
    played.push(...ring.play(100));
    // The tone itself moves by 0.018 a sample.
    expect(largestStep(played)).toBeLessThan(0.04);
  });

  test('goes on when its positions wrap', () => {
    const ring = makeRing();
    const played = ring.play(3_000);
    expect(ring.state().underruns).toBe(0);
    expect(Math.max(...played.slice(-480))).toBeGreaterThan(0.3);
  });
});

import { describe, expect, test } from 'vitest';
import {
  codecs,
  readAudioFrame,
  readSoundToDecode,
  readVideoIn,
  samplesPerFrame,
  writeAcknowledgement,
  writeAudioFrame,
  writeDecodedSound,
  writeKeyFrameRequest,
  writeRingReport,
  writeVideoOut,
} from './frames.ts';

const hex = (buffer: ArrayBuffer, bytes = buffer.byteLength) => [...new Uint8Array(buffer, 0, bytes)].map((b) => b.toString(16).padStart(2, '0')).join('');

function videoIn(bytes: number): ArrayBuffer {
  const buffer = new ArrayBuffer(32 + bytes);
  const view = new DataView(buffer);
  view.setUint8(0, codecs.jpeg);
  view.setUint8(1, 1);
  view.setUint16(2, 640, true);
  view.setUint16(4, 360, true);
  view.setUint32(8, 7, true);
  view.setUint32(12, 99, true);
  view.setFloat64(16, 1234.5, true);
  view.setFloat64(24, 1300.25, true);
  return buffer;
}

describe('audio', () => {
  test('a captured frame has the documented bytes', () => {
    const frame = writeAudioFrame(0x01020304, 1, new Int16Array(samplesPerFrame).fill(-2));
    expect(frame.byteLength).toBe(976);
    expect(hex(frame, 20)).toBe('0100e00104030201000000000000f03ffefffeff');
  });

  test('a captured frame may carry the same in Opus, of any length', () => {
    const frame = writeAudioFrame(1, 0, new Int16Array(samplesPerFrame).fill(-2), Uint8Array.of(240, 1, 2));
    expect(hex(frame, 4)).toBe('0102e001');
    expect(hex(frame.slice(974))).toBe('feff' + 'f00102');
  });

  test('what was written is read', () => {
    const samples = Int16Array.from({ length: samplesPerFrame }, (_, i) => i * 60 - 14_000);
    const read = readAudioFrame(writeAudioFrame(42, 0, samples));
    expect(read).toMatchObject({ sequence: 42, isStartOfTalk: false });
    expect(read?.samples).toEqual(samples);
  });

  test('flag bit 0 is the start of talk', () => {
    const frame = writeAudioFrame(1, 0, new Int16Array(samplesPerFrame));
    new Uint8Array(frame)[1] = 1;
    expect(readAudioFrame(frame)?.isStartOfTalk).toBe(true);
  });

  test('every prefix is refused', () => {
    const frame = writeAudioFrame(1, 0, new Int16Array(samplesPerFrame));
    for (let length = 0; length < frame.byteLength; length++) expect(readAudioFrame(frame.slice(0, length))).toBeUndefined();
  });

  test('another kind and another length are refused', () => {
    const frame = writeAudioFrame(1, 0, new Int16Array(samplesPerFrame));
    new Uint8Array(frame)[0] = 2;
    expect(readAudioFrame(frame)).toBeUndefined();
    expect(readAudioFrame(writeAudioFrame(1, 0, new Int16Array(240)))).toBeUndefined();
  });
});

describe('sound to decode', () => {
  const message = Uint8Array.from([3, 1, 3, 0, 0xff, 0xff, 0, 0, 1, 2, 3, 0x84, 0, 0, 0, 0, 240, 8, 9]).buffer;

  test('is read, and its numbers come back with the samples', () => {
    const sound = readSoundToDecode(message);
    expect(sound).toMatchObject({ flags: 1, sequence: 0xffff, timestamp: 0x84030201 });
    expect([...(sound?.payload ?? [])]).toEqual([240, 8, 9]);
    const decoded = sound === undefined ? new ArrayBuffer(0) : writeDecodedSound(sound, new Int16Array(samplesPerFrame).fill(-2));
    expect(decoded.byteLength).toBe(976);
    expect(hex(decoded, 18)).toBe('0401e001' + 'ffff0000' + '01020384' + '00000000' + 'feff');
  });

  test('every prefix and another kind are refused', () => {
    for (let length = 0; length < message.byteLength; length++) expect(readSoundToDecode(message.slice(0, length))).toBeUndefined();
    expect(readSoundToDecode(writeAudioFrame(1, 0, new Int16Array(samplesPerFrame)))).toBeUndefined();
    expect(readAudioFrame(message)).toBeUndefined();
  });
});

test('a ring report has the documented bytes and is bounded', () => {
  expect(hex(writeRingReport({ queuedMs: 20.4, underruns: 3, overruns: 1 }))).toBe('020014000300000001000000');
  expect(hex(writeRingReport({ queuedMs: -5, underruns: 0, overruns: 0 }), 4)).toBe('02000000');
  expect(hex(writeRingReport({ queuedMs: 1e9, underruns: 0, overruns: 0 }), 4)).toBe('0200ffff');
});

test('an acknowledgement is one number', () => expect(hex(writeAcknowledgement(258))).toBe('02010000'));

test('a wish for a key frame acknowledges as well', () => expect(hex(writeKeyFrameRequest(258, 7))).toBe('0201000007000000'));

describe('video', () => {
  const camera = { codec: 'jpeg', isKey: true, isDiscardable: false, temporalLayer: 0, encoding: 0, width: 640, height: 360, time: 1, data: Uint8Array.of(0xff, 0xd8) } as const;

  test('a picture of the camera has the documented bytes', () => {
    expect(hex(writeVideoOut(camera))).toBe('6801800268010000000000000000f03fffd8');
  });

  test('a small picture of the upper temporal layer says so', () => {
    const frame = writeVideoOut({ ...camera, codec: 'h264', isKey: false, isDiscardable: true, temporalLayer: 1, encoding: 1, width: 256, height: 144 });
    expect(hex(frame)).toBe('6912000190000100000000000000f03fffd8');
  });

  test('a part of a larger buffer is written and nothing else of it', () => {
    const data = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(hex(writeVideoOut({ ...camera, data }))).toBe('6801800268010000000000000000f03f0203');
  });

  test('a received picture is read', () => {
    expect(readVideoIn(videoIn(10))).toMatchObject({ codec: 'jpeg', isKey: true, width: 640, height: 360, track: 7, frameId: 99, time: 1234.5, showAt: 1300.25 });
    expect(readVideoIn(videoIn(10))).toMatchObject({ isDiscardable: false, temporalLayer: 0 });
    expect(readVideoIn(videoIn(10))?.data.length).toBe(10);
  });

  test('the flags of a received picture are read one by one', () => {
    const frame = videoIn(1);
    new Uint8Array(frame)[1] = 0x12;
    expect(readVideoIn(frame)).toMatchObject({ isKey: false, isDiscardable: true, temporalLayer: 1 });
  });

  test('every prefix without a picture is refused', () => {
    const frame = videoIn(1);
    for (let length = 0; length <= 32; length++) expect(readVideoIn(frame.slice(0, length))).toBeUndefined();
  });

  test('a time that is no number is refused', () => {
    for (const offset of [16, 24]) {
      for (const time of [NaN, Infinity]) {
        const frame = videoIn(1);
        new DataView(frame).setFloat64(offset, time, true);
        expect(readVideoIn(frame)).toBeUndefined();
      }
    }
  });

  test('an unknown codec and a picture without size are refused', () => {
    const unknown = videoIn(10);
    new Uint8Array(unknown)[0] = 99;
    expect(readVideoIn(unknown)).toBeUndefined();
    const flat = videoIn(10);
    new DataView(flat).setUint16(4, 0, true);
    expect(readVideoIn(flat)).toBeUndefined();
  });
});

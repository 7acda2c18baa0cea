/** The binary frames between page and agent (docs/protocol/ui.md). All numbers are little-endian; times are page time in milliseconds. */

import type { VideoCodec } from './messages.g.ts';

export const sampleRate = 48_000;
export const samplesPerFrame = 480;
export const audioHeaderBytes = 16;
export const videoOutHeaderBytes = 16;
export const videoInHeaderBytes = 32;

const audioKind = 1;
const ringReportKind = 2;
const toDecodeKind = 3;
const decodedKind = 4;

const talkStartFlag = 1;
const opusFlag = 2;

/** Flags of a picture; the temporal layer is in the high nibble. */
const keyFlag = 1;
const discardableFlag = 2;
const layerShift = 4;

/** RTP payload types of pictures. */
export const codecs = { jpeg: 104, h264: 105, vp8: 106, vp9: 107, av1: 108 } as const satisfies Record<VideoCodec, number>;
export type CodecName = VideoCodec;

/** The name of a payload type; undefined when the page does not know it. */
export function codecName(payloadType: number): CodecName | undefined {
  return (Object.keys(codecs) as CodecName[]).find((name) => codecs[name] === payloadType);
}

export interface AudioFrame {
  /** First frame after a pause: the ring is refilled to its target before it plays. */
  readonly isStartOfTalk: boolean;
  readonly sequence: number;
  readonly samples: Int16Array;
}

/** Writes 10 ms of captured sound, and the same in Opus if there is a payload. The buffer is new, so that the socket may keep it. */
export function writeAudioFrame(sequence: number, time: number, samples: Int16Array, payload = new Uint8Array(0)): ArrayBuffer {
  const samplesEnd = audioHeaderBytes + samples.length * 2;
  const buffer = new ArrayBuffer(samplesEnd + payload.length);
  const view = new DataView(buffer);
  view.setUint8(0, audioKind);
  view.setUint8(1, payload.length > 0 ? opusFlag : 0);
  new Uint8Array(buffer, samplesEnd).set(payload);
  view.setUint16(2, samples.length, true);
  view.setUint32(4, sequence >>> 0, true);
  view.setFloat64(8, time, true);
  new Int16Array(buffer, audioHeaderBytes, samples.length).set(samples);
  return buffer;
}

/** Reads 10 ms of sound to play; undefined when it is not exactly that. The samples are a view of the buffer. */
export function readAudioFrame(buffer: ArrayBuffer): AudioFrame | undefined {
  if (buffer.byteLength !== audioHeaderBytes + samplesPerFrame * 2) return undefined;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== audioKind || view.getUint16(2, true) !== samplesPerFrame) return undefined;
  return {
    isStartOfTalk: (view.getUint8(1) & talkStartFlag) !== 0,
    sequence: view.getUint32(4, true),
    samples: new Int16Array(buffer, audioHeaderBytes, samplesPerFrame),
  };
}

/** 10 ms of Opus that the agent cannot decode. */
export interface SoundToDecode {
  /** What is before the payload comes back with the samples, as it is. */
  readonly flags: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Reads 10 ms of Opus; undefined for anything else. The payload is a view of the buffer. */
export function readSoundToDecode(buffer: ArrayBuffer): SoundToDecode | undefined {
  if (buffer.byteLength <= audioHeaderBytes) return undefined;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== toDecodeKind || view.getUint16(2, true) !== buffer.byteLength - audioHeaderBytes) return undefined;
  return { flags: view.getUint8(1), sequence: view.getUint32(4, true), timestamp: view.getUint32(8, true), payload: new Uint8Array(buffer, audioHeaderBytes) };
}

/** Writes the samples of what was to be decoded. */
export function writeDecodedSound({ flags, sequence, timestamp }: SoundToDecode, samples: Int16Array): ArrayBuffer {
  const buffer = new ArrayBuffer(audioHeaderBytes + samples.length * 2);
  const view = new DataView(buffer);
  view.setUint8(0, decodedKind);
  view.setUint8(1, flags);
  view.setUint16(2, samples.length, true);
  view.setUint32(4, sequence, true);
  view.setUint32(8, timestamp, true);
  new Int16Array(buffer, audioHeaderBytes).set(samples);
  return buffer;
}

export interface RingReport {
  readonly queuedMs: number;
  readonly underruns: number;
  readonly overruns: number;
}

/** Writes how full the playout ring is. */
export function writeRingReport(report: RingReport): ArrayBuffer {
  const buffer = new ArrayBuffer(12);
  const view = new DataView(buffer);
  view.setUint8(0, ringReportKind);
  view.setUint16(2, Math.min(0xffff, Math.max(0, Math.round(report.queuedMs))), true);
  view.setUint32(4, report.underruns >>> 0, true);
  view.setUint32(8, report.overruns >>> 0, true);
  return buffer;
}

/** What both directions say of a picture. */
interface Picture {
  readonly codec: CodecName;
  /** It can be decoded alone. */
  readonly isKey: boolean;
  /** No other picture needs it: it may be left out. */
  readonly isDiscardable: boolean;
  /** 0 for the layer that stands alone. */
  readonly temporalLayer: number;
  readonly width: number;
  readonly height: number;
}

export interface EncodedPicture extends Picture {
  /** 0 large, 1 small. */
  readonly encoding: number;
  /** When it was captured. */
  readonly time: number;
  /** Its bytes, of whatever buffer. */
  readonly data: Uint8Array;
}

/** Writes one encoded picture of the camera. The buffer is new, so that the socket may keep it. */
export function writeVideoOut(picture: EncodedPicture): ArrayBuffer {
  const buffer = new ArrayBuffer(videoOutHeaderBytes + picture.data.byteLength);
  const view = new DataView(buffer);
  view.setUint8(0, codecs[picture.codec]);
  view.setUint8(1, (picture.isKey ? keyFlag : 0) | (picture.isDiscardable ? discardableFlag : 0) | ((picture.temporalLayer & 0xf) << layerShift));
  view.setUint16(2, picture.width, true);
  view.setUint16(4, picture.height, true);
  view.setUint16(6, picture.encoding, true);
  view.setFloat64(8, picture.time, true);
  new Uint8Array(buffer, videoOutHeaderBytes).set(picture.data);
  return buffer;
}

export interface ReceivedPicture extends Picture {
  readonly track: number;
  /** Grows by one from picture to picture of a track; a gap is a picture that was lost. */
  readonly frameId: number;
  /** When it was captured, on this page's clock; 0 when not known. */
  readonly time: number;
  /** When it is to be shown, on this page's clock; 0 for at once. */
  readonly showAt: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Reads a picture of somebody else; undefined for an unknown codec or an empty or impossible picture. The data is a view of the buffer. */
export function readVideoIn(buffer: ArrayBuffer): ReceivedPicture | undefined {
  if (buffer.byteLength <= videoInHeaderBytes) return undefined;
  const view = new DataView(buffer);
  const codec = codecName(view.getUint8(0));
  const flags = view.getUint8(1);
  const width = view.getUint16(2, true);
  const height = view.getUint16(4, true);
  const time = view.getFloat64(16, true);
  const showAt = view.getFloat64(24, true);
  if (codec === undefined || width === 0 || height === 0 || !Number.isFinite(time) || !Number.isFinite(showAt)) return undefined;
  return {
    codec,
    isKey: (flags & keyFlag) !== 0,
    isDiscardable: (flags & discardableFlag) !== 0,
    temporalLayer: flags >> layerShift,
    width,
    height,
    track: view.getUint32(8, true),
    frameId: view.getUint32(12, true),
    time,
    showAt,
    data: new Uint8Array(buffer, videoInHeaderBytes),
  };
}

/** Writes how many pictures were taken since the socket opened. */
export function writeAcknowledgement(taken: number): ArrayBuffer {
  const buffer = new ArrayBuffer(4);
  new DataView(buffer).setUint32(0, taken >>> 0, true);
  return buffer;
}

/** Writes that nothing of a track can be decoded until a key frame comes, and how many pictures were taken since the socket opened. */
export function writeKeyFrameRequest(taken: number, track: number): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  const view = new DataView(buffer);
  view.setUint32(0, taken >>> 0, true);
  view.setUint32(4, track >>> 0, true);
  return buffer;
}

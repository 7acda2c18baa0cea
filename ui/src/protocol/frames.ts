/** The binary frames between page and agent (docs/protocol/ui.md). All numbers are little-endian; times are page time in milliseconds. */

export const sampleRate = 48_000;
export const samplesPerFrame = 480;
export const audioHeaderBytes = 16;
export const videoOutHeaderBytes = 16;
export const videoInHeaderBytes = 24;

const audioKind = 1;
const ringReportKind = 2;

/** RTP payload types of pictures. */
export const codecs = { jpeg: 104, h264: 105, vp8: 106, vp9: 107, av1: 108 } as const;
export type CodecName = keyof typeof codecs;

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

/** Writes 10 ms of captured sound. The buffer is new, so that the socket may keep it. */
export function writeAudioFrame(sequence: number, time: number, samples: Int16Array): ArrayBuffer {
  const buffer = new ArrayBuffer(audioHeaderBytes + samples.length * 2);
  const view = new DataView(buffer);
  view.setUint8(0, audioKind);
  view.setUint8(1, 0);
  view.setUint16(2, samples.length, true);
  view.setUint32(4, sequence >>> 0, true);
  view.setFloat64(8, time, true);
  new Int16Array(buffer, audioHeaderBytes).set(samples);
  return buffer;
}

/** Reads 10 ms of sound to play; undefined when it is not exactly that. The samples are a view of the buffer. */
export function readAudioFrame(buffer: ArrayBuffer): AudioFrame | undefined {
  if (buffer.byteLength !== audioHeaderBytes + samplesPerFrame * 2) return undefined;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== audioKind || view.getUint16(2, true) !== samplesPerFrame) return undefined;
  return {
    isStartOfTalk: (view.getUint8(1) & 1) !== 0,
    sequence: view.getUint32(4, true),
    samples: new Int16Array(buffer, audioHeaderBytes, samplesPerFrame),
  };
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

export interface EncodedPicture {
  readonly codec: CodecName;
  readonly isKey: boolean;
  readonly width: number;
  readonly height: number;
  /** When it was captured. */
  readonly time: number;
  readonly data: ArrayBuffer;
}

/** Writes one encoded picture of the camera. */
export function writeVideoOut(picture: EncodedPicture): ArrayBuffer {
  const buffer = new ArrayBuffer(videoOutHeaderBytes + picture.data.byteLength);
  const view = new DataView(buffer);
  view.setUint8(0, codecs[picture.codec]);
  view.setUint8(1, picture.isKey ? 1 : 0);
  view.setUint16(2, picture.width, true);
  view.setUint16(4, picture.height, true);
  view.setUint16(6, 0, true);
  view.setFloat64(8, picture.time, true);
  new Uint8Array(buffer, videoOutHeaderBytes).set(new Uint8Array(picture.data));
  return buffer;
}

export interface ReceivedPicture {
  readonly codec: CodecName;
  readonly isKey: boolean;
  readonly width: number;
  readonly height: number;
  readonly track: number;
  readonly frameId: number;
  /** When it was captured, on this page's clock; 0 when not known. */
  readonly time: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Reads a picture of somebody else; undefined for an unknown codec or an empty or impossible picture. The data is a view of the buffer. */
export function readVideoIn(buffer: ArrayBuffer): ReceivedPicture | undefined {
  if (buffer.byteLength <= videoInHeaderBytes) return undefined;
  const view = new DataView(buffer);
  const codec = codecName(view.getUint8(0));
  const width = view.getUint16(2, true);
  const height = view.getUint16(4, true);
  if (codec === undefined || width === 0 || height === 0) return undefined;
  return {
    codec,
    isKey: (view.getUint8(1) & 1) !== 0,
    width,
    height,
    track: view.getUint32(8, true),
    frameId: view.getUint32(12, true),
    time: view.getFloat64(16, true),
    data: new Uint8Array(buffer, videoInHeaderBytes),
  };
}

/** Writes how many pictures were taken since the socket opened. */
export function writeAcknowledgement(taken: number): ArrayBuffer {
  const buffer = new ArrayBuffer(4);
  new DataView(buffer).setUint32(0, taken >>> 0, true);
  return buffer;
}

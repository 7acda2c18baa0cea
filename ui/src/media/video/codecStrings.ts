import type { VideoCodec } from '../../protocol/messages.g.ts';

/** The codecs that WebCodecs knows; JPEG is made and shown in other ways. */
export type InterFrameCodec = Exclude<VideoCodec, 'jpeg'>;

/**
 * The codec string to encode with: the plainest profile that everybody decodes, and the least level that holds the size
 * (RFC 6381; ITU-T H.264 table A-1, VP9 and AV1 registrations).
 */
export function encoderString(codec: InterFrameCodec, width: number, height: number): string {
  const isLarge = width * height > 1280 * 720;
  switch (codec) {
    case 'h264':
      return isLarge ? 'avc1.42e028' : 'avc1.42e01f';
    case 'vp8':
      return 'vp8';
    case 'vp9':
      return isLarge ? 'vp09.00.40.08' : 'vp09.00.31.08';
    case 'av1':
      return isLarge ? 'av01.0.08M.08' : 'av01.0.05M.08';
  }
}

/**
 * The codec string to decode with. H.264 in Annex B says its profile and level in the first sequence parameter set, which comes with every
 * key frame; the others find out by themselves.
 */
export function decoderString(codec: InterFrameCodec, width: number, height: number, keyFrame: Uint8Array): string {
  const profile = codec === 'h264' ? profileOf(keyFrame) : undefined;
  return profile === undefined ? encoderString(codec, width, height) : `avc1.${profile}`;
}

const sequenceParameterSet = 7;

/** Profile, constraints and level of the first sequence parameter set, in hexadecimal; undefined without one (ITU-T H.264 7.3.2.1.1, annex B). */
function profileOf(data: Uint8Array): string | undefined {
  for (let i = 0; i + 6 < data.length; i++) {
    if (data[i] !== 0 || data[i + 1] !== 0 || data[i + 2] !== 1) continue;
    if (((data[i + 3] ?? 0) & 0x1f) !== sequenceParameterSet) continue;
    return [...data.subarray(i + 4, i + 7)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  return undefined;
}

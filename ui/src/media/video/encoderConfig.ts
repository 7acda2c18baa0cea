import { encoderString, type InterFrameCodec } from './codecStrings.ts';

/** What an encoder is asked for. */
export interface EncoderWish {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly bitrate: number;
  readonly temporalLayers: number;
}

/** The configuration of an encoder for a call: nothing waits in it, and H.264 carries its parameters in the stream. */
export function encoderConfig(codec: InterFrameCodec, wish: EncoderWish): VideoEncoderConfig {
  return {
    codec: encoderString(codec, wish.width, wish.height),
    width: wish.width,
    height: wish.height,
    framerate: wish.framesPerSecond,
    bitrate: wish.bitrate,
    latencyMode: 'realtime',
    bitrateMode: 'constant',
    ...(wish.temporalLayers > 1 ? { scalabilityMode: 'L1T2' } : {}),
    ...(codec === 'h264' ? { avc: { format: 'annexb' as const } } : {}),
  };
}

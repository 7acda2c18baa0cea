import type { VideoCodec } from '../../protocol/messages.g.ts';
import { decoderString, encoderString, type InterFrameCodec } from './codecStrings.ts';
import { encoderConfig } from './encoderConfig.ts';

/** What a browser can encode and decode, best first. */
export interface VideoCodecs {
  readonly encode: readonly VideoCodec[];
  readonly decode: readonly VideoCodec[];
  /** Those of <code>encode</code> that can make a second temporal layer. */
  readonly layered: readonly VideoCodec[];
}

const [width, height] = [640, 360];
const timeoutMs = 3_000;

/**
 * Finds out by doing it: one picture is encoded and decoded again, because some browsers say yes and fail at the first picture.
 * JPEG is always there, and always last.
 */
export async function probeCodecs(codecs: readonly InterFrameCodec[]): Promise<VideoCodecs> {
  const encode: VideoCodec[] = [];
  const decode: VideoCodec[] = [];
  const layered: VideoCodec[] = [];
  for (const codec of codecs) {
    const keyFrame = await withinTime(encodeOne(codec));
    if (keyFrame !== undefined) encode.push(codec);
    if (keyFrame !== undefined && (await withinTime(supports(codec, 2))) === true) layered.push(codec);
    const decodes = keyFrame === undefined ? canConfigureDecoder(codec) : decodeOne(codec, keyFrame);
    if ((await withinTime(decodes)) === true) decode.push(codec);
  }

  return { encode: [...encode, 'jpeg'], decode: [...decode, 'jpeg'], layered };
}

async function encodeOne(codec: InterFrameCodec): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (typeof VideoEncoder === 'undefined') return undefined;
  if (!(await supports(codec, 1))) return undefined;
  let data: Uint8Array<ArrayBuffer> | undefined;
  const encoder = new VideoEncoder({
    output: (chunk) => {
      data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
    },
    error: () => undefined,
  });
  const frame = new VideoFrame(new Uint8Array((width * height * 3) / 2).fill(128), { format: 'I420', codedWidth: width, codedHeight: height, timestamp: 0 });
  try {
    encoder.configure(configOf(codec, 1));
    encoder.encode(frame, { keyFrame: true });
    await encoder.flush();
  } finally {
    frame.close();
    if (encoder.state !== 'closed') encoder.close();
  }

  return data;
}

const configOf = (codec: InterFrameCodec, temporalLayers: number) => encoderConfig(codec, { width, height, framesPerSecond: 15, bitrate: 500_000, temporalLayers });

async function supports(codec: InterFrameCodec, temporalLayers: number): Promise<boolean> {
  return (await VideoEncoder.isConfigSupported(configOf(codec, temporalLayers))).supported === true;
}

async function decodeOne(codec: InterFrameCodec, keyFrame: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (typeof VideoDecoder === 'undefined') return false;
  let isRight = false;
  const decoder = new VideoDecoder({
    output: (frame) => {
      isRight = frame.displayWidth === width && frame.displayHeight === height;
      frame.close();
    },
    error: () => undefined,
  });
  try {
    decoder.configure({ codec: decoderString(codec, width, height, keyFrame), optimizeForLatency: true });
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: keyFrame }));
    await decoder.flush();
  } finally {
    if (decoder.state !== 'closed') decoder.close();
  }

  return isRight;
}

async function canConfigureDecoder(codec: InterFrameCodec): Promise<boolean> {
  if (typeof VideoDecoder === 'undefined') return false;
  return (await VideoDecoder.isConfigSupported({ codec: encoderString(codec, width, height) })).supported === true;
}

/** What cannot be done, fails or takes too long is not there. */
function withinTime<T>(work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work.catch(() => undefined), new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), timeoutMs))]);
}

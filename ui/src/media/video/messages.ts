import type { UiEncoding, VideoCodec } from '../../protocol/messages.g.ts';
import type { SocketAddress } from '../../connection/session.ts';
import type { VideoCodecs } from './codecProbe.ts';
import type { InterFrameCodec } from './codecStrings.ts';
import type { ScreenKind } from './surface.ts';

/** What the window tells the send worker. */
export type SendWorkerCommand =
  /** Try these codecs; answered by <code>codecs</code>. */
  | { readonly type: 'probe'; readonly codecs: readonly InterFrameCodec[] }
  | { readonly type: 'open'; readonly address: SocketAddress }
  | { readonly type: 'close' }
  | { readonly type: 'captureStream'; readonly readable: ReadableStream<VideoFrame> }
  /** One picture of the fallback, which the window takes from a video element. */
  | { readonly type: 'captureBitmap'; readonly bitmap: ImageBitmap; readonly time: number }
  | { readonly type: 'captureStop' }
  | { readonly type: 'sending'; readonly isSending: boolean }
  /** What to make of the camera from now on; none: nothing. */
  | { readonly type: 'encodings'; readonly encodings: readonly UiEncoding[] }
  | { readonly type: 'keyFrame'; readonly encoding: number };

/** One of the encodings that are made. */
export interface EncodingStats {
  readonly encoding: number;
  readonly codec: VideoCodec;
  /** Of the newest picture; 0 before the first. */
  readonly width: number;
  readonly height: number;
  readonly framesSent: number;
  /** Left out because the socket or the encoder was busy, or because it was too large. */
  readonly framesDropped: number;
  readonly keyFrames: number;
  /** In the last second; so is what follows. */
  readonly fps: number;
  /** Mean time to encode a picture, waiting included; null without one. */
  readonly encodeMs: number | null;
  /** Pictures that waited for the encoder, at most. */
  readonly encodeQueue: number;
}

export interface SendStats {
  /** Pictures that the camera gave in the last second. */
  readonly fpsCaptured: number;
  readonly encodings: readonly EncodingStats[];
}

/** What the send worker tells the window. */
export type SendWorkerEvent =
  | { readonly type: 'captureEnded' }
  | { readonly type: 'codecs'; readonly codecs: VideoCodecs }
  | { readonly type: 'stats'; readonly stats: SendStats };

/** What the window tells the receive worker. */
export type ReceiveWorkerCommand =
  | { readonly type: 'open'; readonly address: SocketAddress }
  | { readonly type: 'close' }
  /** Pictures of a track are to be seen on this surface from now on. */
  | { readonly type: 'attach'; readonly surface: number; readonly track: number; readonly hasVideo: boolean }
  | { readonly type: 'detach'; readonly surface: number }
  /** What was asked for by <code>screenNeeded</code>. */
  | { readonly type: 'screen'; readonly surface: number; readonly screen: OffscreenCanvas | WritableStream<VideoFrame> }
  | { readonly type: 'screenGone'; readonly surface: number; readonly kind: ScreenKind };

export interface TrackStats {
  readonly framesReceived: number;
  readonly framesShown: number;
  /** Overtaken by a newer one, broken, or not to be decoded without one that is missing. */
  readonly framesDropped: number;
  /** Of the newest picture; null before the first. */
  readonly codec: VideoCodec | null;
  readonly width: number;
  readonly height: number;
  /** Shown in the last second. */
  readonly fps: number;
  /** From capture to drawing, mean of the last second in milliseconds; null when the capture time is not known. */
  readonly latencyMs: number | null;
}

export type TracksStats = Readonly<Record<number, TrackStats>>;

/** What the receive worker tells the window. */
export type ReceiveWorkerEvent =
  | { readonly type: 'screenNeeded'; readonly surface: number; readonly kind: ScreenKind }
  /** The first picture since the surface turned to this kind is on it. */
  | { readonly type: 'shown'; readonly surface: number; readonly kind: ScreenKind; readonly width: number; readonly height: number }
  | { readonly type: 'decoderFailed'; readonly codec: VideoCodec }
  | { readonly type: 'stats'; readonly tracks: TracksStats };

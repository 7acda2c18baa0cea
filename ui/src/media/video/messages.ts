import type { SocketAddress } from '../../connection/session.ts';
import type { Rung } from './rung.ts';

/** What the window tells the send worker. */
export type SendWorkerCommand =
  | { readonly type: 'open'; readonly address: SocketAddress }
  | { readonly type: 'close' }
  | { readonly type: 'captureStream'; readonly readable: ReadableStream<VideoFrame> }
  /** One picture of the fallback, which the window takes from a video element. */
  | { readonly type: 'captureBitmap'; readonly bitmap: ImageBitmap; readonly time: number }
  | { readonly type: 'captureStop' }
  | { readonly type: 'sending'; readonly isSending: boolean }
  | { readonly type: 'rung'; readonly rung: Rung };

export interface SendStats {
  readonly framesSent: number;
  /** Left out because the socket or the encoder was busy. */
  readonly framesDropped: number;
  readonly width: number;
  readonly height: number;
}

/** What the send worker tells the window. */
export type SendWorkerEvent = { readonly type: 'captureEnded' } | { readonly type: 'stats'; readonly stats: SendStats };

/** What the window tells the receive worker. */
export type ReceiveWorkerCommand =
  | { readonly type: 'open'; readonly address: SocketAddress }
  | { readonly type: 'close' }
  | { readonly type: 'attach'; readonly surface: number; readonly track: number; readonly canvas: OffscreenCanvas }
  | { readonly type: 'detach'; readonly surface: number };

export interface TrackStats {
  readonly framesReceived: number;
  readonly framesShown: number;
  /** Overtaken by a newer one, or broken. */
  readonly framesDropped: number;
  readonly width: number;
  readonly height: number;
  /** From capture to drawing, milliseconds; null when the capture time is not known. */
  readonly latencyMs: number | null;
}

export type TracksStats = Readonly<Record<number, TrackStats>>;

/** What the receive worker tells the window. */
export type ReceiveWorkerEvent =
  /** The first picture of a surface is on it. */
  | { readonly type: 'shown'; readonly surface: number; readonly width: number; readonly height: number }
  | { readonly type: 'stats'; readonly tracks: TracksStats };

import type { SocketAddress } from '../../connection/session.ts';
import type { OpusSettings } from './opus.ts';

/** What the window tells the audio worker. */
export type AudioWorkerCommand =
  | { readonly type: 'open'; readonly address: SocketAddress }
  | { readonly type: 'close' }
  /** Find out whether there is Opus. */
  | { readonly type: 'probe' }
  | { readonly type: 'encoding'; readonly settings: OpusSettings }
  /** Blocks of a MediaStreamTrackProcessor. */
  | { readonly type: 'captureStream'; readonly readable: ReadableStream<AudioData> }
  /** Blocks of the capture worklet, where there is no MediaStreamTrackProcessor. */
  | { readonly type: 'capturePort'; readonly port: MessagePort }
  | { readonly type: 'captureStop' }
  | { readonly type: 'sending'; readonly isSending: boolean }
  /** Memory shared with the playout worklet. */
  | { readonly type: 'ringMemory'; readonly buffer: SharedArrayBuffer }
  /** A port to the playout worklet, where memory cannot be shared. */
  | { readonly type: 'ringPort'; readonly port: MessagePort };

export interface AudioStats {
  readonly framesSent: number;
  readonly framesReceived: number;
  readonly framesRefused: number;
  readonly queuedMs: number;
  readonly targetMs: number;
  readonly underruns: number;
  readonly overruns: number;
  /** From the end of a captured frame to its leaving, mean of the last second in milliseconds; null when none left. */
  readonly captureMs: number | null;
  /** Sound waiting in the ring, mean of the last second in milliseconds; null while nothing comes. */
  readonly ringMs: number | null;
}

/** What the audio worker tells the window. */
export type AudioWorkerEvent =
  /** Loudness of the microphone, ten times a second while it is captured. */
  | { readonly type: 'level'; readonly level: number }
  /** The microphone gives nothing any more. */
  | { readonly type: 'captureEnded' }
  /** Whether this browser has Opus: after it was tried, and when it has failed. */
  | { readonly type: 'opus'; readonly hasOpus: boolean }
  | { readonly type: 'stats'; readonly stats: AudioStats };

/** One frame on its way to a worklet that owns its ring. */
export interface PostedFrame {
  readonly samples: Int16Array;
  readonly isStartOfTalk: boolean;
}

/** One block of the capture worklet: mono, with the context's rate. */
export interface PostedBlock {
  readonly samples: Float32Array;
  readonly rate: number;
}

/** What the window asks of the playout worklet. */
export type PlayoutCommand =
  | { readonly type: 'memory'; readonly buffer: SharedArrayBuffer }
  | { readonly type: 'port'; readonly port: MessagePort }
  /** Asks for a copy of what was played in the last second. */
  | { readonly type: 'played'; readonly id: number };

export interface PlayedAnswer {
  readonly id: number;
  readonly samples: Float32Array;
}

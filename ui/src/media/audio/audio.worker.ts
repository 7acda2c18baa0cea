import { pageNow } from '../../connection/clock.ts';
import { MediaSocket } from '../../connection/mediaSocket.ts';
import type { SocketAddress } from '../../connection/session.ts';
import {
  readAudioFrame,
  readSoundToDecode,
  sampleRate,
  samplesPerFrame,
  writeAudioFrame,
  writeDecodedSound,
  writeRingReport,
  type SoundToDecode,
} from '../../protocol/frames.ts';
import { CaptureClock } from '../captureClock.ts';
import { MicrophoneFramer } from './framer.ts';
import { SlidingWindow } from '../slidingWindow.ts';
import { level } from './level.ts';
import type { AudioStats, AudioWorkerCommand, AudioWorkerEvent, PostedBlock, PostedFrame } from './messages.ts';
import { MixDecoder, probeOpus, VoiceEncoder, type Captured } from './opus.ts';
import { ringState, RingWriter, type RingState } from './ring.ts';

/** Owns the audio socket: the microphone goes out by it, and what comes in goes to the playout ring. */

const reportEveryMs = 100;
const reportForMs = 1_000;
const framesPerLevel = 10;
const frameMs = (samplesPerFrame * 1_000) / sampleRate;

interface Playout {
  write(samples: Int16Array, isStartOfTalk: boolean): void;
  state(): RingState;
}

const worker = self as unknown as { postMessage(event: AudioWorkerEvent): void; onmessage: ((m: MessageEvent<AudioWorkerCommand>) => void) | null };
const counts = { framesSent: 0, framesReceived: 0, framesRefused: 0 };
const captured = new SlidingWindow();
const queued = new SlidingWindow();
let socket: MediaSocket | undefined;
let playout: Playout | undefined;
let isSending = false;
let sequence = 0;
let lastReceivedAt = -Infinity;
let stopCapture: (() => void) | undefined;
const encoder = new VoiceEncoder(sendCaptured, onOpusFailed);
const decoder = new MixDecoder<SoundToDecode>((sound, samples) => socket?.send(writeDecodedSound(sound, samples)), onOpusFailed);

worker.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'open':
      open(command.address);
      break;
    case 'close':
      socket?.close();
      socket = undefined;
      break;
    case 'probe':
      void probeOpus().then((hasOpus) => worker.postMessage({ type: 'opus', hasOpus }));
      break;
    case 'encoding':
      encoder.configure(command.settings);
      break;
    case 'captureStream':
      stopCapture?.();
      stopCapture = captureStream(command.readable);
      break;
    case 'capturePort':
      stopCapture?.();
      stopCapture = capturePort(command.port);
      break;
    case 'captureStop':
      stopCapture?.();
      stopCapture = undefined;
      break;
    case 'sending':
      isSending = command.isSending;
      break;
    case 'ringMemory':
      playout = sharedRing(command.buffer);
      break;
    case 'ringPort':
      playout = postedRing(command.port);
      break;
  }
};

setInterval(report, reportEveryMs);

function open(address: SocketAddress): void {
  socket?.close();
  socket = new MediaSocket(address, { onMessage: onReceived });
}

function onReceived(data: ArrayBuffer): void {
  const frame = readAudioFrame(data);
  if (frame === undefined) {
    const sound = readSoundToDecode(data);
    if (sound === undefined) counts.framesRefused++;
    else decoder.decode(sound, sound.payload);
    return;
  }

  counts.framesReceived++;
  lastReceivedAt = pageNow();
  playout?.write(frame.samples, frame.isStartOfTalk);
}

function report(): void {
  const ring = playout?.state() ?? { queuedMs: 0, targetMs: 0, underruns: 0, overruns: 0 };
  const now = pageNow();
  if (now - lastReceivedAt < reportForMs) {
    socket?.send(writeRingReport(ring));
    queued.add(now, ring.queuedMs);
  }

  worker.postMessage({ type: 'stats', stats: { ...counts, ...ring, captureMs: captured.mean(now), ringMs: queued.mean(now) } satisfies AudioStats });
}

function sharedRing(buffer: SharedArrayBuffer): Playout {
  const writer = new RingWriter(buffer);
  return { write: (samples, isStart) => writer.write(samples, isStart), state: () => ringState(buffer) };
}

function postedRing(port: MessagePort): Playout {
  let state: RingState = { queuedMs: 0, targetMs: 0, underruns: 0, overruns: 0 };
  port.onmessage = (message: MessageEvent<RingState>) => {
    state = message.data;
  };
  return { write: (samples, isStartOfTalk) => port.postMessage({ samples, isStartOfTalk } satisfies PostedFrame), state: () => state };
}

/** A framer that sends and measures. The level is measured while muted too, for the meter and "you are muted". */
function microphone(): MicrophoneFramer {
  let loudest = 0;
  let frames = 0;
  return new MicrophoneFramer((samples, time) => {
    loudest = Math.max(loudest, level(samples));
    if (++frames % framesPerLevel === 0) {
      worker.postMessage({ type: 'level', level: loudest });
      loudest = 0;
    }

    if (!isSending || socket?.isOpen !== true) return;
    // Behind a stalled agent sound is worthless: a quarter of a second is the most that may wait.
    if (socket.bufferedAmount > samplesPerFrame * 2 * 25) return;
    encoder.push({ samples, time });
  });
}

function sendCaptured({ samples, time }: Captured, payload: Uint8Array<ArrayBuffer> | undefined): void {
  socket?.send(writeAudioFrame(sequence++, time, samples, payload));
  counts.framesSent++;
  const now = pageNow();
  captured.add(now, Math.max(0, now - time - frameMs));
}

/** It was tried and worked, and does not any more: the agent is to do without. */
function onOpusFailed(): void {
  worker.postMessage({ type: 'opus', hasOpus: false });
}

function captureStream(readable: ReadableStream<AudioData>): () => void {
  const reader = readable.getReader();
  const framer = microphone();
  const clock = new CaptureClock();
  let isStopped = false;

  const pump = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done || isStopped) break;
      const duration = (value.numberOfFrames * 1_000) / value.sampleRate;
      const time = clock.toPage(pageNow(), value.timestamp / 1_000 + duration) - duration;
      framer.push(copyChannels(value), value.sampleRate, time);
      value.close();
    }

    if (!isStopped) worker.postMessage({ type: 'captureEnded' });
  };

  pump().catch(() => {
    if (!isStopped) worker.postMessage({ type: 'captureEnded' });
  });
  return () => {
    isStopped = true;
    reader.cancel().catch(() => undefined);
  };
}

function copyChannels(data: AudioData): Float32Array[] {
  return Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(data.numberOfFrames);
    data.copyTo(plane, { planeIndex, format: 'f32-planar' });
    return plane;
  });
}

function capturePort(port: MessagePort): () => void {
  const framer = microphone();
  port.onmessage = (message: MessageEvent<PostedBlock>) => {
    const { samples, rate } = message.data;
    framer.push([samples], rate, pageNow() - (samples.length * 1_000) / rate);
  };
  return () => port.close();
}

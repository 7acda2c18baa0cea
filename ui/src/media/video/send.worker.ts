import { pageNow } from '../../connection/clock.ts';
import { MediaSocket } from '../../connection/mediaSocket.ts';
import { writeVideoOut } from '../../protocol/frames.ts';
import type { UiEncoding, VideoCodec } from '../../protocol/messages.g.ts';
import { CaptureClock } from '../captureClock.ts';
import { CameraEncoding, firstPlan, type CameraEncodingListener } from './cameraEncoding.ts';
import { probeCodecs, type VideoCodecs } from './codecProbe.ts';
import type { CapturedPicture } from './encoder.ts';
import type { SendWorkerCommand, SendWorkerEvent } from './messages.ts';
import { SlidingWindow } from '../slidingWindow.ts';

/** Owns the video-out socket: camera pictures go through the encodings that the agent wants, and out. A picture that cannot leave now is not encoded. */

const mostBuffered = 256 * 1_024;
const statsEveryMs = 500;

const worker = self as unknown as { postMessage(event: SendWorkerEvent): void; onmessage: ((m: MessageEvent<SendWorkerCommand>) => void) | null };
const captured = new SlidingWindow();
const listener: CameraEncodingListener = {
  onPicture: (picture) => {
    // Switched off while it was encoded: not one picture more leaves.
    if (isSending) socket?.send(writeVideoOut(picture));
  },
  onCodecFailed,
};
let encodings = new Map([[firstPlan.encoding, new CameraEncoding(firstPlan, listener)]]);
let codecs: VideoCodecs = { encode: ['jpeg'], decode: ['jpeg'], layered: [] };
let socket: MediaSocket | undefined;
let isSending = false;
let stopCapture: (() => void) | undefined;

worker.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'probe':
      void probeCodecs(command.codecs).then(tellCodecs);
      break;
    case 'open':
      socket?.close();
      // Whoever is at the other end now has seen nothing before.
      socket = new MediaSocket(command.address, { onOpen: () => encodings.forEach((encoding) => encoding.wantKeyFrame()) });
      break;
    case 'close':
      socket?.close();
      socket = undefined;
      closeEncoders();
      break;
    case 'captureStream':
      stopCapture?.();
      stopCapture = captureStream(command.readable);
      break;
    case 'captureBitmap': {
      const { bitmap, time } = command;
      take({ source: bitmap, width: bitmap.width, height: bitmap.height, time });
      bitmap.close();
      break;
    }
    case 'captureStop':
      stopCapture?.();
      stopCapture = undefined;
      closeEncoders();
      break;
    case 'sending':
      if (isSending && !command.isSending) closeEncoders();
      isSending = command.isSending;
      break;
    case 'encodings':
      follow(command.encodings);
      break;
    case 'keyFrame':
      encodings.get(command.encoding)?.wantKeyFrame();
      break;
  }
};

setInterval(() => {
  const now = pageNow();
  worker.postMessage({ type: 'stats', stats: { fpsCaptured: captured.rate(now), encodings: [...encodings.values()].map((e) => e.stats(now)) } });
}, statsEveryMs);

function tellCodecs(tried: VideoCodecs): void {
  codecs = tried;
  worker.postMessage({ type: 'codecs', codecs });
}

function onCodecFailed(codec: VideoCodec): void {
  const others = (list: readonly VideoCodec[]) => list.filter((c) => c !== codec);
  tellCodecs({ ...codecs, encode: others(codecs.encode), layered: others(codecs.layered) });
}

/** Makes what the plan lists and nothing else; what goes on with its codec keeps its encoder. */
function follow(plan: readonly UiEncoding[]): void {
  const before = encodings;
  encodings = new Map();
  for (const wanted of plan) {
    const entry = possible(wanted);
    const encoding = before.get(entry.encoding) ?? new CameraEncoding(entry, listener);
    before.delete(entry.encoding);
    encoding.update(entry);
    encodings.set(entry.encoding, encoding);
  }

  before.forEach((encoding) => encoding.close());
}

/** A plan may cross the news that a codec failed. */
function possible(plan: UiEncoding): UiEncoding {
  if (!codecs.encode.includes(plan.codec)) return { ...firstPlan, encoding: plan.encoding };
  return codecs.layered.includes(plan.codec) ? plan : { ...plan, temporalLayers: 1 };
}

function closeEncoders(): void {
  encodings.forEach((encoding) => encoding.close());
}

function captureStream(readable: ReadableStream<VideoFrame>): () => void {
  const reader = readable.getReader();
  const clock = new CaptureClock();
  let isStopped = false;

  const pump = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done || isStopped) {
        value?.close();
        break;
      }

      // The visible size, not the coded one: a cropped camera codes more rows than it shows.
      const time = clock.toPage(pageNow(), value.timestamp / 1_000);
      take({ source: value, width: value.displayWidth, height: value.displayHeight, time });
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

/** Gives the picture to every encoding; the source may be closed after this returns. */
function take(picture: CapturedPicture): void {
  const now = pageNow();
  captured.add(now);
  if (!isSending || socket?.isOpen !== true) return;
  const isSocketFull = socket.bufferedAmount > mostBuffered;
  encodings.forEach((encoding) => encoding.take(now, picture, isSocketFull));
}

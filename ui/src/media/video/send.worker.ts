import { pageNow } from '../../connection/clock.ts';
import { MediaSocket } from '../../connection/mediaSocket.ts';
import { writeVideoOut } from '../../protocol/frames.ts';
import { maxFrame } from '../../protocol/messages.g.ts';
import { CaptureClock } from '../captureClock.ts';
import type { SendWorkerCommand, SendWorkerEvent } from './messages.ts';
import { FramePacer } from './pacer.ts';
import { firstRung, fitWithin, type Rung } from './rung.ts';

/** Owns the video-out socket: camera pictures are paced, drawn small, encoded and sent. A picture that cannot leave now is not encoded. */

const mostBuffered = 256 * 1_024;
const statsEveryMs = 500;

const worker = self as unknown as { postMessage(event: SendWorkerEvent): void; onmessage: ((m: MessageEvent<SendWorkerCommand>) => void) | null };
const canvas = new OffscreenCanvas(2, 2);
const context = canvas.getContext('2d', { alpha: false, desynchronized: true });
const pacer = new FramePacer(firstRung.framesPerSecond);
let rung: Rung = firstRung;
let socket: MediaSocket | undefined;
let isSending = false;
let isEncoding = false;
let framesSent = 0;
let framesDropped = 0;
let stopCapture: (() => void) | undefined;

worker.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'open':
      socket?.close();
      socket = new MediaSocket(command.address);
      break;
    case 'close':
      socket?.close();
      socket = undefined;
      break;
    case 'captureStream':
      stopCapture?.();
      stopCapture = captureStream(command.readable);
      break;
    case 'captureBitmap':
      take(command.bitmap, command.bitmap.width, command.bitmap.height, command.time);
      command.bitmap.close();
      break;
    case 'captureStop':
      stopCapture?.();
      stopCapture = undefined;
      break;
    case 'sending':
      isSending = command.isSending;
      break;
    case 'rung':
      rung = command.rung;
      pacer.rate = rung.framesPerSecond;
      break;
  }
};

setInterval(() => {
  worker.postMessage({ type: 'stats', stats: { framesSent, framesDropped, width: canvas.width, height: canvas.height } });
}, statsEveryMs);

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
      take(value, value.displayWidth, value.displayHeight, clock.toPage(pageNow(), value.timestamp / 1_000));
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

/** Draws the picture when it may go out; the source may be closed after this returns. */
function take(source: CanvasImageSource, width: number, height: number, time: number): void {
  if (!isSending || socket?.isOpen !== true || context === null || !pacer.takes(time)) return;
  if (isEncoding || socket.bufferedAmount > mostBuffered) {
    framesDropped++;
    return;
  }

  const size = fitWithin(width, height, rung);
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  context.drawImage(source, 0, 0, size.width, size.height);
  isEncoding = true;
  void encode(time).finally(() => {
    isEncoding = false;
  });
}

async function encode(time: number): Promise<void> {
  const { width, height } = canvas;
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: rung.quality });
  if (blob.size > maxFrame) {
    framesDropped++;
    return;
  }

  const data = await blob.arrayBuffer();
  // Switched off while it was encoding: not one picture more leaves.
  if (!isSending) return;
  socket?.send(writeVideoOut({ codec: 'jpeg', isKey: true, width, height, time, data }));
  framesSent++;
}

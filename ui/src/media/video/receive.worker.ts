import { pageNow } from '../../connection/clock.ts';
import { MediaSocket } from '../../connection/mediaSocket.ts';
import { readVideoIn, writeAcknowledgement, writeKeyFrameRequest } from '../../protocol/frames.ts';
import { IncomingTrack } from './incomingTrack.ts';
import type { ReceiveWorkerCommand, ReceiveWorkerEvent } from './messages.ts';
import { Surface } from './surface.ts';

/** Owns the video-in socket: pictures are decoded here and drawn on the screens that tiles handed over. */

const acknowledgeEveryMs = 50;
const statsEveryMs = 500;

const worker = self as unknown as { postMessage(event: ReceiveWorkerEvent): void; onmessage: ((m: MessageEvent<ReceiveWorkerCommand>) => void) | null };
const surfaces = new Map<number, Surface>();
const tracks = new Map<number, IncomingTrack>();
let socket: MediaSocket | undefined;
let taken = 0;
let acknowledged = 0;

worker.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'open':
      socket?.close();
      socket = new MediaSocket(command.address, { onOpen: onOpened, onMessage: onReceived });
      break;
    case 'close':
      socket?.close();
      socket = undefined;
      tracks.forEach((track) => track.close());
      tracks.clear();
      break;
    case 'attach':
      surfaces.set(command.surface, newSurface(command.surface, command.track, command.hasVideo));
      break;
    case 'detach':
      surfaces.get(command.surface)?.close();
      surfaces.delete(command.surface);
      break;
    case 'screen':
      surfaces.get(command.surface)?.add(command.screen);
      break;
    case 'screenGone':
      surfaces.get(command.surface)?.remove(command.kind);
      break;
  }
};

setInterval(acknowledge, acknowledgeEveryMs);
setInterval(() => {
  const now = pageNow();
  for (const [number, track] of tracks) if (track.isOver(now) && surfaceOf(number) === undefined) forget(number, track);
  worker.postMessage({ type: 'stats', tracks: Object.fromEntries([...tracks].map(([number, track]) => [number, track.stats(now)])) });
}, statsEveryMs);

function forget(number: number, track: IncomingTrack): void {
  track.close();
  tracks.delete(number);
}

function onOpened(): void {
  taken = 0;
  acknowledged = 0;
}

function acknowledge(): void {
  if (taken === acknowledged) return;
  acknowledged = taken;
  socket?.send(writeAcknowledgement(taken));
}

function onReceived(data: ArrayBuffer): void {
  taken++;
  const picture = readVideoIn(data);
  if (picture === undefined) return;
  let track = tracks.get(picture.track);
  if (track === undefined) tracks.set(picture.track, (track = newTrack(picture.track)));
  track.receive(pageNow(), picture, surfaceOf(picture.track) !== undefined);
}

/** Only the newest surface of a track is drawn. */
function surfaceOf(track: number): Surface | undefined {
  return [...surfaces.values()].findLast((surface) => surface.track === track);
}

function newTrack(number: number): IncomingTrack {
  return new IncomingTrack({
    onDue: ({ image }) => {
      const surface = surfaceOf(number);
      if (surface === undefined) image.close();
      else surface.draw(image);
    },
    onKeyFrameNeeded: () => {
      acknowledged = taken;
      socket?.send(writeKeyFrameRequest(taken, number));
    },
    onCodecFailed: (codec) => worker.postMessage({ type: 'decoderFailed', codec }),
  });
}

function newSurface(surface: number, track: number, hasVideo: boolean): Surface {
  return new Surface(track, hasVideo, {
    onScreenNeeded: (kind) => worker.postMessage({ type: 'screenNeeded', surface, kind }),
    onShown: (kind, width, height) => worker.postMessage({ type: 'shown', surface, kind, width, height }),
  });
}

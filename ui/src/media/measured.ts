import type { UiPageStats } from '../protocol/messages.g.ts';
import type { AudioStats } from './audio/messages.ts';
import type { SendStats, TracksStats } from './video/messages.ts';

/** What the agent is told once a second of the page's own part. What was not measured is null, and sending nothing is no measurement. */
export function measuredOf(audio: AudioStats | undefined, sent: SendStats | undefined, tracks: TracksStats, outputMs: number | null): UiPageStats {
  // The larger encoding that is made stands for the camera.
  const [largest] = (sent?.encodings ?? []).toSorted((a, b) => a.encoding - b.encoding);
  return {
    fpsCaptured: sent?.fpsCaptured ?? 0,
    fpsSent: largest?.fps ?? 0,
    encodeMs: largest?.encodeMs ?? null,
    encodeQueue: Math.max(0, ...(sent?.encodings ?? []).map((e) => e.encodeQueue)),
    captureMs: audio?.captureMs ?? null,
    ringMs: audio?.ringMs ?? null,
    outputMs,
    tracks: Object.entries(tracks).map(([track, { fps, latencyMs }]) => ({ track: Number(track), fps, latencyMs })),
  };
}

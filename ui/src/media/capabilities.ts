/** What this browser can do. `?without=mstp,mstg,sab,webcodecs,opus,h264,vp8,vp9,av1` in the page's address switches some of it off, to test without. */
const without = new Set((new URLSearchParams(location.search).get('without') ?? '').split(','));

export const capabilities = {
  /** Blocks and pictures of a device come straight into a worker. */
  hasTrackProcessor: 'MediaStreamTrackProcessor' in globalThis && !without.has('mstp'),
  /** Decoded pictures go from a worker straight to a video element. */
  hasTrackGenerator: 'MediaStreamTrackGenerator' in globalThis && !without.has('mstg'),
  /** Worker and worklet may share memory. */
  hasSharedMemory: globalThis.crossOriginIsolated && !without.has('sab'),
  /** Opus is worth trying. */
  mayHaveOpus: !without.has('webcodecs') && !without.has('opus'),
  /** There are microphones and cameras to ask for. */
  hasDevices: navigator.mediaDevices !== undefined,
} as const;

/** The video codecs worth trying, best first; JPEG needs no trial. */
export const codecsToTry = without.has('webcodecs') ? [] : (['h264', 'vp8', 'vp9', 'av1'] as const).filter((codec) => !without.has(codec));

/** What this browser can do. `?without=mstp,sab` in the page's address switches the fast ways off, to test the fallbacks. */
const without = new Set((new URLSearchParams(location.search).get('without') ?? '').split(','));

export const capabilities = {
  /** Blocks and pictures of a device come straight into a worker. */
  hasTrackProcessor: 'MediaStreamTrackProcessor' in globalThis && !without.has('mstp'),
  /** Worker and worklet may share memory. */
  hasSharedMemory: globalThis.crossOriginIsolated && !without.has('sab'),
  /** There are microphones and cameras to ask for. */
  hasDevices: navigator.mediaDevices !== undefined,
} as const;

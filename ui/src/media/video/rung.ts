/** One step of the quality ladder. */
export interface Rung {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** JPEG quality, 0 to 1. */
  readonly quality: number;
}

export const ladder: readonly Rung[] = [
  { width: 256, height: 144, framesPerSecond: 5, quality: 0.4 },
  { width: 426, height: 240, framesPerSecond: 10, quality: 0.5 },
  { width: 640, height: 360, framesPerSecond: 15, quality: 0.6 },
  { width: 854, height: 480, framesPerSecond: 20, quality: 0.7 },
  { width: 1280, height: 720, framesPerSecond: 30, quality: 0.7 },
  { width: 1920, height: 1080, framesPerSecond: 30, quality: 0.7 },
];

export const firstRung: Rung = { width: 640, height: 360, framesPerSecond: 15, quality: 0.6 };

/** The size of a picture within a rung: its own shape, never enlarged, even numbers (video codecs want them). */
export function fitWithin(width: number, height: number, rung: Rung): { readonly width: number; readonly height: number } {
  // A portrait picture gets the same number of pixels as a landscape one.
  const [boxWidth, boxHeight] = width >= height ? [rung.width, rung.height] : [rung.height, rung.width];
  const scale = Math.min(1, boxWidth / width, boxHeight / height);
  const even = (value: number) => Math.max(2, Math.round((value * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}

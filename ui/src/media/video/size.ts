/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a picture within a box: its own shape, never enlarged, even numbers (video codecs want them). */
export function fitWithin(width: number, height: number, box: Size): Size {
  // A portrait picture gets the same number of pixels as a landscape one.
  const [boxWidth, boxHeight] = width >= height ? [box.width, box.height] : [box.height, box.width];
  const scale = Math.min(1, boxWidth / width, boxHeight / height);
  const even = (value: number) => Math.max(2, Math.round((value * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}

import type { CodecName, ReceivedPicture } from '../../protocol/frames.ts';

/** Turns the pictures of one track into bitmaps, one at a time. */
export interface PictureDecoder {
  /** Rejects when the picture is broken. The caller owns the bitmap. */
  decode(picture: ReceivedPicture): Promise<ImageBitmap>;
  close(): void;
}

const decoders: Partial<Record<CodecName, () => PictureDecoder>> = {
  jpeg: () => new JpegDecoder(),
};

/** A decoder for one track; undefined when this page has none for the codec. */
export function makeDecoder(codec: CodecName): PictureDecoder | undefined {
  return decoders[codec]?.();
}

class JpegDecoder implements PictureDecoder {
  decode(picture: ReceivedPicture): Promise<ImageBitmap> {
    return createImageBitmap(new Blob([picture.data], { type: 'image/jpeg' }));
  }

  close(): void {
    // Nothing outlives a picture.
  }
}

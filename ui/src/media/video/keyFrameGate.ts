/** What says whether a picture can be decoded. */
export interface GatedPicture {
  readonly frameId: number;
  readonly isKey: boolean;
  readonly temporalLayer: number;
}

/**
 * Lets through only what can be decoded. Decoders show rubbish rather than fail when a picture is missing that others need, so after a gap
 * nothing passes until the next key frame.
 */
export class KeyFrameGate {
  #isOpen = false;
  #lastId = 0;
  #lastLayer = 0;
  #layerBefore = 0;

  /** Takes the pictures of one track in their order and says whether to decode each. */
  takes({ frameId, isKey, temporalLayer }: GatedPicture): boolean {
    if (isKey) this.#isOpen = true;
    else if (this.#isOpen && !this.#follows(frameId, temporalLayer)) this.#isOpen = false;
    this.#layerBefore = isKey ? 0 : this.#lastLayer;
    this.#lastLayer = temporalLayer;
    this.#lastId = frameId;
    return this.#isOpen;
  }

  /** What was decoded so far is gone: nothing passes until a key frame. */
  shut(): void {
    this.#isOpen = false;
  }

  /**
   * Two temporal layers take turns, and nothing needs the upper one: where the turn was the upper one's, one picture may be missing.
   * In a stream of one layer every gap hurts.
   */
  #follows(frameId: number, temporalLayer: number): boolean {
    const missing = ((frameId - this.#lastId) >>> 0) - 1;
    return missing === 0 || (missing === 1 && this.#layerBefore > 0 && this.#lastLayer === 0 && temporalLayer === 0);
  }
}

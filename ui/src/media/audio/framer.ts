import { sampleRate, samplesPerFrame } from '../../protocol/frames.ts';
import { Resampler } from './resampler.ts';

/** Makes frames of exactly 10 ms, mono, 48 kHz, out of whatever blocks a microphone gives. */
export class MicrophoneFramer {
  readonly #onFrame: (samples: Int16Array<ArrayBuffer>, time: number) => void;
  #rate = sampleRate;
  #resampler: Resampler | undefined;
  #frame = new Int16Array(samplesPerFrame);
  #filled = 0;
  #time = 0;

  /** @param onFrame Gets the frame and the page time of its first sample. The array is reused after the call. */
  constructor(onFrame: (samples: Int16Array<ArrayBuffer>, time: number) => void) {
    this.#onFrame = onFrame;
  }

  /**
   * Takes one block.
   * @param channels One array of samples, -1 to 1, per channel.
   * @param rate The block's rate in Hz.
   * @param time Page time of its first sample, milliseconds.
   */
  push(channels: readonly Float32Array[], rate: number, time: number): void {
    if (rate !== this.#rate) {
      this.#rate = rate;
      this.#resampler = rate === sampleRate ? undefined : new Resampler(rate, sampleRate);
      this.#filled = 0;
    }

    const mono = mix(channels);
    const samples = this.#resampler?.process(mono) ?? mono;
    for (let i = 0; i < samples.length; i++) {
      if (this.#filled === 0) this.#time = time + (i * 1_000) / sampleRate;
      this.#frame[this.#filled++] = toInt16(samples[i] ?? 0);
      if (this.#filled < samplesPerFrame) continue;
      this.#filled = 0;
      this.#onFrame(this.#frame, this.#time);
    }
  }
}

/** The average of the channels, so that a voice on one side only is not lost and one on both is not louder. */
function mix(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels;
  if (first === undefined) return new Float32Array(0);
  if (others.length === 0) return first;
  return first.map((sample, i) => others.reduce((sum, channel) => sum + (channel[i] ?? 0), sample) / channels.length);
}

function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}

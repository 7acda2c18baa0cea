/**
 * Changes the rate of a stream of mono samples with a windowed sinc (Blackman, 32 taps), continuous over block borders.
 * One instance per stream.
 */
const halfTaps = 16;
const phases = 256;

export class Resampler {
  readonly #step: number;
  readonly #kernel: Float32Array;
  #input: Float32Array<ArrayBuffer> = new Float32Array(halfTaps * 2 - 1);
  #position = halfTaps - 1;

  constructor(from: number, to: number) {
    this.#step = from / to;
    this.#kernel = makeKernel(Math.min(1, to / from));
  }

  /** Takes a block and gives what can be computed so far; the rest comes with the next block. */
  process(block: Float32Array): Float32Array {
    const input = new Float32Array(this.#input.length + block.length);
    input.set(this.#input);
    input.set(block, this.#input.length);

    const last = input.length - halfTaps - 1;
    const output = new Float32Array(Math.max(0, Math.floor((last - this.#position) / this.#step) + 1));
    for (let i = 0; i < output.length; i++) {
      output[i] = this.#at(input, this.#position);
      this.#position += this.#step;
    }

    const drop = Math.max(0, Math.min(input.length, Math.floor(this.#position) - halfTaps + 1));
    this.#input = input.slice(drop);
    this.#position -= drop;
    return output;
  }

  #at(input: Float32Array, position: number): number {
    const whole = Math.floor(position);
    const phase = (position - whole) * phases;
    const low = Math.floor(phase);
    const share = phase - low;
    let sum = 0;
    for (let tap = 0; tap < halfTaps * 2; tap++) {
      const a = this.#kernel[low * halfTaps * 2 + tap] ?? 0;
      const b = this.#kernel[(low + 1) * halfTaps * 2 + tap] ?? 0;
      sum += (input[whole - halfTaps + 1 + tap] ?? 0) * (a + (b - a) * share);
    }

    return sum;
  }
}

function makeKernel(cutoff: number): Float32Array {
  const kernel = new Float32Array((phases + 1) * halfTaps * 2);
  for (let phase = 0; phase <= phases; phase++) {
    for (let tap = 0; tap < halfTaps * 2; tap++) {
      const x = tap - halfTaps + 1 - phase / phases;
      const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / halfTaps) + 0.08 * Math.cos((2 * Math.PI * x) / halfTaps);
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x * cutoff) / (Math.PI * x * cutoff);
      kernel[phase * halfTaps * 2 + tap] = Math.abs(x) >= halfTaps ? 0 : cutoff * sinc * window;
    }
  }

  return kernel;
}

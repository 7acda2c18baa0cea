import type { PostedBlock } from './messages.ts';

declare const registerProcessor: (name: string, processor: unknown) => void;
declare const sampleRate: number;
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const blockSamples = 480;

/** Hands the microphone to the audio worker in blocks of some 10 ms, where there is no MediaStreamTrackProcessor. */
class CaptureProcessor extends AudioWorkletProcessor {
  #sink: MessagePort | undefined;
  #block = new Float32Array(blockSamples);
  #filled = 0;

  constructor() {
    super();
    this.port.onmessage = (message: MessageEvent<MessagePort>) => {
      this.#sink = message.data;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    for (const sample of inputs[0]?.[0] ?? []) {
      this.#block[this.#filled++] = sample;
      if (this.#filled < blockSamples) continue;
      const samples = this.#block;
      this.#sink?.postMessage({ samples, rate: sampleRate } satisfies PostedBlock, [samples.buffer]);
      this.#block = new Float32Array(blockSamples);
      this.#filled = 0;
    }

    return true;
  }
}

registerProcessor('parley-capture', CaptureProcessor);

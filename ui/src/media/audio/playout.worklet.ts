import type { PlayedAnswer, PlayoutCommand, PostedFrame } from './messages.ts';
import { initialiseRing, ringBytes, RingReader, ringState, RingWriter } from './ring.ts';

declare const registerProcessor: (name: string, processor: unknown) => void;
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const playedSamples = 48_000;
const blocksPerReport = 38;

/** Plays the ring and keeps the last second of what it played, for tests. */
class PlayoutProcessor extends AudioWorkletProcessor {
  #reader: RingReader | undefined;
  #report: (() => void) | undefined;
  #blocks = 0;
  readonly #played = new Float32Array(playedSamples);
  #playedAt = 0;

  constructor() {
    super();
    this.port.onmessage = (message: MessageEvent<PlayoutCommand>) => this.#onCommand(message.data);
  }

  process(_inputs: unknown, outputs: Float32Array[][]): boolean {
    const block = outputs[0]?.[0];
    if (block === undefined) return true;
    if (this.#reader === undefined) block.fill(0);
    else this.#reader.read(block);
    this.#keep(block);
    if (++this.#blocks % blocksPerReport === 0) this.#report?.();
    return true;
  }

  #onCommand(command: PlayoutCommand): void {
    switch (command.type) {
      case 'memory':
        this.#reader = new RingReader(command.buffer);
        this.#report = undefined;
        break;
      case 'port':
        this.#ownRing(command.port);
        break;
      case 'played':
        this.port.postMessage({ id: command.id, samples: this.#lastSecond() } satisfies PlayedAnswer);
        break;
    }
  }

  /** Without shared memory the ring lives here, and frames are posted to it. */
  #ownRing(port: MessagePort): void {
    const buffer = new ArrayBuffer(ringBytes);
    initialiseRing(buffer);
    const writer = new RingWriter(buffer);
    port.onmessage = (message: MessageEvent<PostedFrame>) => writer.write(message.data.samples, message.data.isStartOfTalk);
    this.#reader = new RingReader(buffer);
    this.#report = () => port.postMessage(ringState(buffer));
  }

  #keep(block: Float32Array): void {
    for (const sample of block) {
      this.#played[this.#playedAt] = sample;
      this.#playedAt = (this.#playedAt + 1) % playedSamples;
    }
  }

  #lastSecond(): Float32Array {
    const samples = new Float32Array(playedSamples);
    samples.set(this.#played.subarray(this.#playedAt));
    samples.set(this.#played.subarray(0, this.#playedAt), playedSamples - this.#playedAt);
    return samples;
  }
}

registerProcessor('parley-playout', PlayoutProcessor);

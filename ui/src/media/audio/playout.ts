import { sampleRate } from '../../protocol/frames.ts';
import { capabilities } from '../capabilities.ts';
import type { AudioWorkerCommand, PlayedAnswer, PlayoutCommand } from './messages.ts';
import playoutUrl from './playout.worklet.ts?worker&url';
import { initialiseRing, ringBytes } from './ring.ts';

/** An AudioContext whose loudspeaker can be chosen (not in every browser). */
type SinkContext = AudioContext & { setSinkId(deviceId: string): Promise<void> };

/** The loudspeaker: an AudioContext with the playout worklet, fed by the audio worker. */
export class Playout {
  readonly #toWorker: (command: AudioWorkerCommand, transfer: Transferable[]) => void;
  readonly #onChange: () => void;
  readonly #asked = new Map<number, (samples: Float32Array) => void>();
  #context: AudioContext | undefined;
  #node: AudioWorkletNode | undefined;
  #starting: Promise<void> | undefined;
  #sinkId = '';
  #nextId = 0;

  constructor(toWorker: (command: AudioWorkerCommand, transfer: Transferable[]) => void, onChange: () => void) {
    this.#toWorker = toWorker;
    this.#onChange = onChange;
  }

  /** Whether sound comes out, or would. A browser lets a page sound only after a click. */
  get isRunning(): boolean {
    return this.#context?.state === 'running';
  }

  /** Whether the browser waits for a click before it lets the page sound. */
  get isBlocked(): boolean {
    return this.#context?.state === 'suspended';
  }

  /** The browser's estimate from the ring to the loudspeaker, milliseconds; null when it gives none. */
  get outputMs(): number | null {
    const seconds = this.isRunning ? this.#context?.outputLatency : undefined;
    return seconds === undefined || !(seconds > 0) ? null : seconds * 1_000;
  }

  /** Whether the person may choose the loudspeaker. */
  static get canChooseSpeaker(): boolean {
    return 'setSinkId' in AudioContext.prototype;
  }

  /** Starts or wakes the loudspeaker; to be called from a click. */
  async start(): Promise<void> {
    this.#starting ??= this.#make();
    // Before the first await: the click counts only in the same task.
    const resumed = this.#context?.state === 'suspended' ? this.#context.resume() : undefined;
    await Promise.all([this.#starting, resumed]).catch(() => undefined);
    this.#onChange();
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const context = this.#context;
    this.#context = undefined;
    this.#node = undefined;
    this.#starting = undefined;
    if (context !== undefined) context.onstatechange = null;
    await context?.close().catch(() => undefined);
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    this.#sinkId = deviceId;
    if (this.#context !== undefined && Playout.canChooseSpeaker) await (this.#context as SinkContext).setSinkId(deviceId).catch(() => undefined);
  }

  /** A copy of what was really played in the last second, silence included. */
  played(): Promise<Float32Array> {
    const node = this.#node;
    if (node === undefined) return Promise.resolve(new Float32Array(0));
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      node.port.postMessage({ type: 'played', id } satisfies PlayoutCommand);
    });
  }

  async #make(): Promise<void> {
    const context = new AudioContext({ sampleRate, latencyHint: 0 });
    this.#context = context;
    context.onstatechange = this.#onChange;
    await context.audioWorklet.addModule(playoutUrl);
    const node = new AudioWorkletNode(context, 'parley-playout', { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = (message: MessageEvent<PlayedAnswer>) => {
      this.#asked.get(message.data.id)?.(message.data.samples);
      this.#asked.delete(message.data.id);
    };
    this.#connect(node);
    node.connect(context.destination);
    this.#node = node;
    if (this.#sinkId !== '') await this.chooseSpeaker(this.#sinkId);
  }

  #connect(node: AudioWorkletNode): void {
    if (capabilities.hasSharedMemory) {
      const buffer = new SharedArrayBuffer(ringBytes);
      initialiseRing(buffer);
      node.port.postMessage({ type: 'memory', buffer } satisfies PlayoutCommand);
      this.#toWorker({ type: 'ringMemory', buffer }, []);
      return;
    }

    const { port1, port2 } = new MessageChannel();
    node.port.postMessage({ type: 'port', port: port1 } satisfies PlayoutCommand, [port1]);
    this.#toWorker({ type: 'ringPort', port: port2 }, [port2]);
  }
}

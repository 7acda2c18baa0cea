import type { DeviceState } from '../protocol/messages.g.ts';
import { capabilities } from './capabilities.ts';

export type CaptureKind = 'microphone' | 'camera';

const inputKinds = { microphone: 'audioinput', camera: 'videoinput' } as const;

/** Takes the pictures or the sound of a track to where they are needed, until the returned function is called. */
export type Consume = (stream: MediaStream, track: MediaStreamTrack) => () => void;

/** What the person wants of one device, what it does, and the way between: asking, losing, finding again. */
export class CaptureDevice {
  readonly kind: CaptureKind;
  #constraints: MediaTrackConstraints;
  readonly #consume: Consume;
  readonly #keepsTrackWhenOff: boolean;
  readonly #onChange: () => void;
  #isWanted: boolean;
  #deviceId: string;
  #state: DeviceState = 'off';
  #stream: MediaStream | undefined;
  #release: (() => void) | undefined;
  #attempt = 0;
  #isAsking = false;

  constructor(kind: CaptureKind, constraints: MediaTrackConstraints, keepsTrackWhenOff: boolean, consume: Consume, onChange: () => void) {
    this.kind = kind;
    this.#constraints = constraints;
    this.#keepsTrackWhenOff = keepsTrackWhenOff;
    this.#consume = consume;
    this.#onChange = onChange;
    this.#isWanted = localStorage.getItem(`parley.${kind}.wanted`) !== 'no';
    this.#deviceId = localStorage.getItem(`parley.${kind}`) ?? '';
  }

  /** Whether the person wants it on; it may still be missing or refused. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Whether the browser is asking the person now. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** The stream while there is one, for a preview. */
  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  /** The device in use, or chosen. */
  get deviceId(): string {
    return this.#stream?.getTracks()[0]?.getSettings().deviceId ?? this.#deviceId;
  }

  /** Switches it on or off as the person says, and remembers that. */
  async want(isWanted: boolean): Promise<void> {
    this.#isWanted = isWanted;
    localStorage.setItem(`parley.${this.kind}.wanted`, isWanted ? 'yes' : 'no');
    if (isWanted) return this.start();
    if (!this.#keepsTrackWhenOff) this.#drop();
    this.#enter('off');
  }

  /** Asks for something else of the device, now and later; one that cannot gives what it did. */
  constrain(constraints: MediaTrackConstraints): void {
    if (constraints === this.#constraints) return;
    this.#constraints = constraints;
    void this.#stream?.getTracks()[0]?.applyConstraints(constraints).catch(() => undefined);
  }

  /** Captures from another device from now on. */
  async choose(deviceId: string): Promise<void> {
    this.#deviceId = deviceId;
    localStorage.setItem(`parley.${this.kind}`, deviceId);
    this.#drop();
    if (this.#isWanted) await this.start();
    else this.#onChange();
  }

  /** Captures, if the person wants it and it does not already. Never rejects: what goes wrong is a state. */
  async start(): Promise<void> {
    if (!this.#isWanted) return;
    if (this.#stream !== undefined) return this.#enter('on');
    const attempt = ++this.#attempt;
    this.#isAsking = true;
    this.#onChange();
    const result = await this.#ask();
    if (attempt !== this.#attempt) {
      if (typeof result !== 'string') stopTracks(result);
      return;
    }

    this.#isAsking = false;
    if (typeof result === 'string') return this.#enter(result);
    this.#take(result);
    this.#enter(this.#isWanted ? 'on' : 'off');
    if (!this.#isWanted && !this.#keepsTrackWhenOff) this.#drop();
  }

  /** Lets the device go without changing what the person wants. */
  stop(): void {
    this.#drop();
    this.#enter('off');
  }

  /** Tries again after a device came or went: the wanted one may be back. */
  async onDevicesChanged(): Promise<void> {
    if (this.#isWanted && !this.#isAsking && (this.#state === 'missing' || this.#state === 'failed')) await this.start();
  }

  /** To be called when the consumer finds that nothing comes any more. */
  onEnded(): void {
    if (this.#stream === undefined) return;
    this.#drop();
    void this.#whyEnded().then((state) => {
      if (this.#stream === undefined && this.#isWanted) this.#enter(state);
    });
  }

  async #ask(): Promise<MediaStream | DeviceState> {
    if (!capabilities.hasDevices) return 'missing';
    const chosen: MediaTrackConstraints = this.#deviceId === '' ? this.#constraints : { ...this.#constraints, deviceId: { exact: this.#deviceId } };
    try {
      return await this.#open(chosen);
    } catch (error) {
      // The remembered device is gone: any other is better than none.
      if (this.#deviceId !== '' && isName(error, 'OverconstrainedError', 'NotFoundError')) {
        return this.#open(this.#constraints).catch(stateOf);
      }

      return stateOf(error);
    }
  }

  #open(constraints: MediaTrackConstraints): Promise<MediaStream> {
    return navigator.mediaDevices.getUserMedia(this.kind === 'camera' ? { video: constraints } : { audio: constraints });
  }

  #take(stream: MediaStream): void {
    const track = stream.getTracks()[0];
    if (track === undefined) return;
    this.#stream = stream;
    track.onended = () => this.onEnded();
    this.#release = this.#consume(stream, track);
  }

  #drop(): void {
    this.#attempt++;
    this.#isAsking = false;
    this.#release?.();
    this.#release = undefined;
    if (this.#stream !== undefined) stopTracks(this.#stream);
    this.#stream = undefined;
  }

  async #whyEnded(): Promise<DeviceState> {
    try {
      const permission = await navigator.permissions.query({ name: this.kind as PermissionName });
      if (permission.state === 'denied') return 'refused';
    } catch {
      // Not every browser tells; then it is the device.
    }

    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    return devices.some((d) => d.kind === inputKinds[this.kind]) ? 'failed' : 'missing';
  }

  #enter(state: DeviceState): void {
    this.#state = state;
    this.#onChange();
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}

function isName(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

function stateOf(error: unknown): DeviceState {
  if (isName(error, 'NotAllowedError', 'SecurityError')) return 'refused';
  if (isName(error, 'NotFoundError', 'OverconstrainedError', 'TypeError')) return 'missing';
  return 'failed';
}

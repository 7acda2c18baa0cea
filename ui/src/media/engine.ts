import { socketAddress, type Session } from '../connection/session.ts';
import type { DeviceState, UiEncoding, UiEvent, UiPageStats, VideoCodec } from '../protocol/messages.g.ts';
import AudioWorker from './audio/audio.worker.ts?worker';
import captureUrl from './audio/capture.worklet.ts?worker&url';
import type { AudioStats, AudioWorkerCommand, AudioWorkerEvent } from './audio/messages.ts';
import { Playout } from './audio/playout.ts';
import { capabilities, codecsToTry } from './capabilities.ts';
import { CaptureDevice, type CaptureKind } from './device.ts';
import { firstPlan } from './video/cameraEncoding.ts';
import type { VideoCodecs } from './video/codecProbe.ts';
import type { ReceiveWorkerCommand, ReceiveWorkerEvent, SendStats, SendWorkerCommand, SendWorkerEvent, TracksStats } from './video/messages.ts';
import { measuredOf } from './measured.ts';
import { TileSurface } from './video/tileSurface.ts';
import ReceiveWorker from './video/receive.worker.ts?worker';
import SendWorker from './video/send.worker.ts?worker';
import { pageNow } from '../connection/clock.ts';
import { sampleRate } from '../protocol/frames.ts';

export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
}

/** What the page's devices are and do. */
export interface MediaSnapshot {
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
  /** Whether the browser is asking the person for it. */
  readonly isAsking: Readonly<Record<CaptureKind, boolean>>;
  /** The camera's picture for the preview; undefined while it is off. */
  readonly preview: MediaStream | undefined;
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
  /** The browser holds the sound back until the person clicks somewhere. */
  readonly isSoundBlocked: boolean;
  readonly chosen: { readonly microphone: string; readonly camera: string; readonly speaker: string };
  /** What this browser can encode pictures with; JPEG alone until the others have been tried. */
  readonly encoders: readonly VideoCodec[];
}

export interface MediaStats {
  readonly audio: AudioStats | undefined;
  readonly sent: SendStats | undefined;
  readonly tracks: TracksStats;
}

export interface MediaListener {
  onChange(snapshot: MediaSnapshot): void;
  /** Loudness of the own microphone, at most ten times a second; also while muted. */
  onLevel(level: number): void;
  /** The agent is to know these codecs: they were tried, it is a new agent, or one of them failed. */
  onCodecs(codecs: VideoCodecs, hasOpus: boolean): void;
  /** What the last second was like, once a second in a meeting. */
  onMeasured(stats: UiPageStats): void;
}

const speakerKey = 'parley.speaker';
const measuredEveryMs = 1_000;
const usualCapture: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const largeCapture: MediaTrackConstraints = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } };
/** Rows wanted from which on the camera gives more than usual, and up to which it gives the usual again: a camera may blink at a change. */
const [largeFrom, usualUpTo] = [721, 360];

/** Everything that captures, sends, receives, plays and draws. The media itself stays in workers; here is only who does what. */
export class MediaEngine {
  readonly #listener: MediaListener;
  readonly #audio = new AudioWorker({ name: 'parley-audio' });
  readonly #send = new SendWorker({ name: 'parley-send' });
  readonly #receive = new ReceiveWorker({ name: 'parley-receive' });
  readonly #playout = new Playout(
    (command, transfer) => this.#toAudio(command, transfer),
    () => this.#changed(),
  );
  readonly #microphone: CaptureDevice;
  readonly #camera: CaptureDevice;
  readonly #surfaces = new Map<number, TileSurface>();
  #devices: readonly MediaDeviceInfo[] = [];
  #speaker = localStorage.getItem(speakerKey) ?? '';
  #isInMeeting = false;
  #nextSurface = 1;
  #audioStats: AudioStats | undefined;
  #sendStats: SendStats | undefined;
  #tracks: TracksStats = {};
  #codecs: VideoCodecs | undefined;
  #hasOpus = false;

  constructor(listener: MediaListener) {
    this.#listener = listener;
    void this.#playout.chooseSpeaker(this.#speaker);
    const changed = () => this.#changed();
    this.#microphone = new CaptureDevice(
      'microphone',
      { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      true,
      (stream, track) => this.#consumeMicrophone(stream, track),
      changed,
    );
    this.#camera = new CaptureDevice(
      'camera',
      usualCapture,
      false,
      (_, track) => this.#consumeCamera(track),
      changed,
    );
    this.#audio.onmessage = (message: MessageEvent<AudioWorkerEvent>) => this.#onAudio(message.data);
    this.#send.onmessage = (message: MessageEvent<SendWorkerEvent>) => this.#onSend(message.data);
    this.#receive.onmessage = (message: MessageEvent<ReceiveWorkerEvent>) => this.#onReceive(message.data);
    this.#toSend({ type: 'probe', codecs: codecsToTry });
    if (capabilities.mayHaveOpus) this.#toAudio({ type: 'probe' });
    setInterval(() => {
      if (this.#isInMeeting) this.#listener.onMeasured(measuredOf(this.#audioStats, this.#sendStats, this.#tracks, this.#playout.outputMs));
    }, measuredEveryMs);
    if (capabilities.hasDevices) navigator.mediaDevices.addEventListener('devicechange', () => void this.#onDeviceChange());
  }

  get snapshot(): MediaSnapshot {
    const list = (kind: MediaDeviceKind) =>
      this.#devices.filter((d) => d.kind === kind && d.deviceId !== '').map((d) => ({ id: d.deviceId, label: d.label }));
    return {
      microphone: this.#microphone.state,
      camera: this.#camera.state,
      isAsking: { microphone: this.#microphone.isAsking, camera: this.#camera.isAsking },
      preview: this.#camera.stream,
      microphones: list('audioinput'),
      cameras: list('videoinput'),
      speakers: Playout.canChooseSpeaker ? list('audiooutput') : [],
      isSoundBlocked: this.#playout.isBlocked,
      chosen: { microphone: this.#microphone.deviceId, camera: this.#camera.deviceId, speaker: this.#speaker },
      encoders: this.#codecs?.encode ?? ['jpeg'],
    };
  }

  get stats(): MediaStats {
    return { audio: this.#audioStats, sent: this.#sendStats, tracks: this.#tracks };
  }

  get isPlayoutRunning(): boolean {
    return this.#playout.isRunning;
  }

  /** A copy of the last second that the loudspeaker really got. */
  played(): Promise<Float32Array> {
    return this.#playout.played();
  }

  /** Opens the three media sockets; they come back by themselves. */
  open(session: Session): void {
    this.#toAudio({ type: 'open', address: socketAddress(session, 'audio') });
    this.#toSend({ type: 'open', address: socketAddress(session, 'video-out') });
    this.#toReceive({ type: 'open', address: socketAddress(session, 'video-in') });
  }

  /** Closes the sockets and lets every device go. */
  close(): void {
    this.#toAudio({ type: 'close' });
    this.#toSend({ type: 'close' });
    this.#toReceive({ type: 'close' });
    this.#microphone.stop();
    this.#camera.stop();
    void this.#playout.stop();
  }

  /** Takes what the agent says about pictures; the rest is not for here. */
  onEvent(event: UiEvent): void {
    switch (event.type) {
      case 'agentWelcome':
        // It is another agent, perhaps: it learns what is possible here, and says anew what it wants.
        this.#toAudio({ type: 'encoding', settings: { bitrate: 0, lossPercent: 0 } });
        if (this.#codecs !== undefined) this.#listener.onCodecs(this.#codecs, this.#hasOpus);
        this.#encode([firstPlan]);
        break;
      case 'microphoneEncoding':
        this.#toAudio({ type: 'encoding', settings: { bitrate: event.bitrate, lossPercent: event.lossPercent } });
        break;
      case 'encodings':
        this.#encode(event.encodings);
        break;
      case 'keyFrame':
        this.#toSend({ type: 'keyFrame', encoding: event.encoding });
        break;
      default:
        break;
    }
  }

  /** Asks for microphone and camera, one after the other, so that one that is missing or refused does not cost the other. */
  async startDevices(): Promise<void> {
    await this.#enumerate();
    await this.#microphone.start();
    await this.#camera.start();
    await this.#enumerate();
  }

  /** To be called from a click: a browser lets a page sound only then. */
  startPlayout(): Promise<void> {
    return this.#playout.start();
  }

  /** Whether there is anybody to send to. */
  setInMeeting(isInMeeting: boolean): void {
    if (this.#isInMeeting === isInMeeting) return;
    this.#isInMeeting = isInMeeting;
    if (!isInMeeting) {
      void this.#playout.stop();
      this.#encode([firstPlan]);
    }

    this.#updateSending();
  }

  async want(kind: CaptureKind, isWanted: boolean): Promise<void> {
    await this.#device(kind).want(isWanted);
    await this.#enumerate();
  }

  async choose(kind: CaptureKind, deviceId: string): Promise<void> {
    await this.#device(kind).choose(deviceId);
    await this.#enumerate();
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    this.#speaker = deviceId;
    localStorage.setItem(speakerKey, deviceId);
    await this.#playout.chooseSpeaker(deviceId);
    this.#changed();
  }

  /**
   * Shows a track's pictures in an element from now on, filling it with what they need; the element is to be positioned.
   * @param onShown When the first picture is on the screen, and again when the way of drawing has changed.
   * @returns Ends it.
   */
  attach(host: HTMLElement, track: number, onShown: (width: number, height: number) => void): () => void {
    const surface = this.#nextSurface++;
    const tile = new TileSurface(host, surface, (command, transfer) => this.#toReceive(command, transfer), onShown);
    this.#surfaces.set(surface, tile);
    this.#toReceive({ type: 'attach', surface, track, hasVideo: capabilities.hasTrackGenerator });
    return () => {
      this.#surfaces.delete(surface);
      this.#toReceive({ type: 'detach', surface });
      tile.close();
    };
  }

  #device(kind: CaptureKind): CaptureDevice {
    return kind === 'camera' ? this.#camera : this.#microphone;
  }

  #consumeMicrophone(stream: MediaStream, track: MediaStreamTrack): () => void {
    if (capabilities.hasTrackProcessor) {
      const readable = new MediaStreamTrackProcessor({ track: track as MediaStreamAudioTrack }).readable as ReadableStream<AudioData>;
      this.#toAudio({ type: 'captureStream', readable }, [readable]);
      return () => this.#toAudio({ type: 'captureStop' });
    }

    const context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
    void this.#captureByWorklet(context, stream).catch(() => this.#microphone.onEnded());
    return () => {
      this.#toAudio({ type: 'captureStop' });
      void context.close().catch(() => undefined);
    };
  }

  async #captureByWorklet(context: AudioContext, stream: MediaStream): Promise<void> {
    await context.audioWorklet.addModule(captureUrl);
    const node = new AudioWorkletNode(context, 'parley-capture', { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' });
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage(port1, [port1]);
    this.#toAudio({ type: 'capturePort', port: port2 }, [port2]);
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
  }

  #consumeCamera(track: MediaStreamTrack): () => void {
    if (capabilities.hasTrackProcessor) {
      const readable = new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack }).readable as ReadableStream<VideoFrame>;
      this.#toSend({ type: 'captureStream', readable }, [readable]);
      return () => this.#toSend({ type: 'captureStop' });
    }

    return this.#captureByVideo(track);
  }

  #captureByVideo(track: MediaStreamTrack): () => void {
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    let isStopped = false;
    const next = () => {
      if (isStopped) return;
      video.requestVideoFrameCallback(() => {
        const time = pageNow();
        createImageBitmap(video)
          .then((bitmap) => this.#toSend({ type: 'captureBitmap', bitmap, time }, [bitmap]))
          .catch(() => undefined)
          .finally(next);
      });
    };
    void video.play().catch(() => undefined);
    next();
    return () => {
      isStopped = true;
      video.srcObject = null;
    };
  }

  #onAudio(event: AudioWorkerEvent): void {
    switch (event.type) {
      case 'level':
        this.#listener.onLevel(event.level);
        break;
      case 'captureEnded':
        this.#microphone.onEnded();
        break;
      case 'stats':
        this.#audioStats = event.stats;
        break;
      case 'opus':
        this.#hasOpus = event.hasOpus;
        if (this.#codecs !== undefined) this.#listener.onCodecs(this.#codecs, this.#hasOpus);
        break;
    }
  }

  #onSend(event: SendWorkerEvent): void {
    switch (event.type) {
      case 'captureEnded':
        this.#camera.onEnded();
        break;
      case 'codecs':
        // Once tried, decoders are a matter of the other worker.
        this.#tellCodecs({ ...event.codecs, decode: this.#codecs?.decode ?? event.codecs.decode });
        break;
      case 'stats':
        this.#sendStats = event.stats;
        break;
    }
  }

  #onReceive(event: ReceiveWorkerEvent): void {
    switch (event.type) {
      case 'screenNeeded':
        this.#surfaces.get(event.surface)?.make(event.kind);
        break;
      case 'shown':
        this.#surfaces.get(event.surface)?.shown(event.kind, event.width, event.height);
        break;
      case 'decoderFailed':
        if (this.#codecs !== undefined) this.#tellCodecs({ ...this.#codecs, decode: this.#codecs.decode.filter((codec) => codec !== event.codec) });
        break;
      case 'stats':
        this.#tracks = event.tracks;
        break;
    }
  }

  #encode(encodings: readonly UiEncoding[]): void {
    this.#toSend({ type: 'encodings', encodings });
    const height = Math.max(0, ...encodings.map((e) => e.height));
    if (height >= largeFrom) this.#camera.constrain(largeCapture);
    else if (height <= usualUpTo) this.#camera.constrain(usualCapture);
  }

  #tellCodecs(codecs: VideoCodecs): void {
    this.#codecs = codecs;
    this.#listener.onCodecs(codecs, this.#hasOpus);
    this.#changed();
  }

  async #onDeviceChange(): Promise<void> {
    await this.#enumerate();
    await this.#microphone.onDevicesChanged();
    await this.#camera.onDevicesChanged();
  }

  async #enumerate(): Promise<void> {
    if (!capabilities.hasDevices) return;
    this.#devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.#changed();
  }

  #changed(): void {
    this.#updateSending();
    this.#listener.onChange(this.snapshot);
  }

  #updateSending(): void {
    this.#toAudio({ type: 'sending', isSending: this.#isInMeeting && this.#microphone.state === 'on' });
    this.#toSend({ type: 'sending', isSending: this.#isInMeeting && this.#camera.state === 'on' });
  }

  #toAudio(command: AudioWorkerCommand, transfer: Transferable[] = []): void {
    this.#audio.postMessage(command, transfer);
  }

  #toSend(command: SendWorkerCommand, transfer: Transferable[] = []): void {
    this.#send.postMessage(command, transfer);
  }

  #toReceive(command: ReceiveWorkerCommand, transfer: Transferable[] = []): void {
    this.#receive.postMessage(command, transfer);
  }
}

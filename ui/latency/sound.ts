import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from './machine.ts';

const rate = 48_000;
const burstMs = 80;

/**
 * Sound devices of an own PulseAudio server: one stereo null sink whose left channel is what the speaker's microphone hears and whose right channel is
 * what the listener's loudspeaker plays, so that one recording holds both, aligned to the sample.
 */
export class SoundDevices {
  readonly #directory = mkdtempSync(join(tmpdir(), 'parley-sound-'));
  readonly #server: ChildProcess;

  private constructor() {
    const socket = this.#socket;
    const modules = [
      `module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
      'module-null-sink sink_name=room rate=48000 channels=2 channel_map=front-left,front-right',
      'module-null-sink sink_name=nowhere rate=48000 channels=2',
      'module-remap-sink sink_name=mouth master=room channels=1 channel_map=mono master_channel_map=front-left remix=no',
      'module-remap-sink sink_name=ear master=room channels=1 channel_map=mono master_channel_map=front-right remix=no',
      'module-remap-source source_name=microphone master=room.monitor channels=1 channel_map=mono master_channel_map=front-left remix=no',
      'module-remap-source source_name=silence master=nowhere.monitor',
    ];
    // As desktops have it today. Otherwise the server tells browsers 44.1 kHz, and everything is converted twice.
    mkdirSync(join(this.#directory, '.config', 'pulse'), { recursive: true });
    writeFileSync(join(this.#directory, '.config', 'pulse', 'daemon.conf'), `default-sample-rate = ${rate}\n`);
    this.#server = spawn('pulseaudio', ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', ...modules.flatMap((m) => ['-L', m])], {
      stdio: 'ignore',
      env: { ...process.env, HOME: this.#directory, XDG_RUNTIME_DIR: this.#directory },
    });
  }

  get #socket(): string {
    return join(this.#directory, 'pulse.sock');
  }

  static async start(): Promise<SoundDevices> {
    const devices = new SoundDevices();
    await sleep(2_000);
    if (devices.#server.exitCode !== null) throw new Error('PulseAudio did not start. Install pulseaudio and pulseaudio-utils.');
    return devices;
  }

  /** The environment of a browser whose microphone and loudspeaker these are. */
  environment(source: 'microphone' | 'silence', sink: 'ear' | 'nowhere'): Record<string, string> {
    return { PULSE_SERVER: `unix:${this.#socket}`, PULSE_SOURCE: source, PULSE_SINK: sink, HOME: this.#directory };
  }

  /** Speaks bursts for some seconds and gives the times from mouth to ear in ms, one for each burst that was heard. */
  async mouthToEar(seconds: number): Promise<{ delays: number[]; spoken: number }> {
    const path = join(this.#directory, 'room.raw');
    const environment = { ...process.env, PULSE_SERVER: `unix:${this.#socket}` };
    const record = spawn('parec', ['-d', 'room.monitor', '--raw', '--format=s16le', `--rate=${rate}`, '--channels=2', '--latency-msec=20', path], {
      env: environment,
      stdio: 'ignore',
    });
    const play = spawn('pacat', ['--playback', '-d', 'mouth', '--raw', '--format=s16le', `--rate=${rate}`, '--channels=1'], {
      env: environment,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    play.stdin?.on('error', () => undefined);
    play.stdin?.end(bursts(seconds));
    await sleep((seconds + 1.5) * 1_000);
    play.kill();
    record.kill('SIGINT');
    await sleep(300);
    return delaysIn(readFileSync(path));
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.kill('SIGTERM');
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Bursts of 80 ms, 0.7 to 1.2 s apart, of a tone that glides like a syllable: a browser takes steady tones and clicks for noise. */
function bursts(seconds: number): Buffer {
  const data = Buffer.alloc(seconds * rate * 2);
  let next = 0.5;
  for (let n = 0; next < seconds - 0.5; n++) {
    const start = Math.floor(next * rate);
    const length = (burstMs * rate) / 1_000;
    for (let i = 0; i < length; i++) {
      const t = i / rate;
      const fade = Math.min(1, (length - i) / 480);
      data.writeInt16LE(Math.round(14_000 * fade * Math.sin(2 * Math.PI * (300 * t + 2_500 * t * t)) * (1 + 0.5 * Math.sin(2 * Math.PI * 130 * t)) * 0.6), (start + i) * 2);
    }
    next += 0.7 + ((n * 7) % 6) / 10;
  }
  return data;
}

/** Finds the bursts of the left channel and each one's beginning in the right channel. */
function delaysIn(recording: Buffer): { delays: number[]; spoken: number } {
  const frames = Math.floor(recording.length / 4);
  const left = onsets(frames, (i) => recording.readInt16LE(i * 4));
  const right = onsets(frames, (i) => recording.readInt16LE(i * 4 + 2));
  const delays: number[] = [];
  for (const spoken of left) {
    const heard = right.find((at) => at > spoken && at - spoken < 0.6 * rate);
    if (heard !== undefined) delays.push(((heard - spoken) * 1_000) / rate);
  }
  return { delays, spoken: left.length };
}

/** Where sound begins after at least 300 ms of quiet: the first sample over an eighth of the loudest. */
function onsets(frames: number, sample: (index: number) => number): number[] {
  let loudest = 0;
  for (let i = 0; i < frames; i++) loudest = Math.max(loudest, Math.abs(sample(i)));
  if (loudest < 300) return [];
  const found: number[] = [];
  let quiet = rate;
  for (let i = 0; i < frames; i++) {
    if (Math.abs(sample(i)) < loudest / 8) {
      quiet++;
      continue;
    }
    if (quiet > 0.3 * rate) found.push(i);
    quiet = 0;
  }
  return found;
}

import { writeFileSync } from 'node:fs';

/** A colour as the fake cameras show it. */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

const width = 640;
const height = 360;
const frames = 15;
const sampleRate = 48_000;

/** Writes a camera file for Chromium (Y4M, 15 pictures a second): a figure before a wall of one colour, swaying a little. */
export function writeCamera(path: string, colour: Colour): void {
  const wall = toYuv(colour);
  const skin = toYuv({ r: 226, g: 184, b: 150 });
  const clothes = toYuv({ r: colour.r * 0.35 + 20, g: colour.g * 0.35 + 20, b: colour.b * 0.35 + 20 });
  const chunks: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < frames; frame++) {
    const sway = width / 2 + 26 * Math.sin((2 * Math.PI * frame) / frames);
    const at = (x: number, y: number) => {
      if (inEllipse(x, y, sway, 165, 58, 74)) return skin;
      return inEllipse(x, y, sway, 380, 150, 130) ? clothes : wall;
    };
    chunks.push(Buffer.from('FRAME\n'), plane(1, (x, y) => at(x, y)[0]), plane(2, (x, y) => at(x, y)[1]), plane(2, (x, y) => at(x, y)[2]));
  }
  writeFileSync(path, Buffer.concat(chunks));
}

function plane(step: number, value: (x: number, y: number) => number): Buffer {
  const columns = width / step;
  const rows = height / step;
  const data = Buffer.alloc(columns * rows);
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) data[y * columns + x] = value(x * step, y * step);
  return data;
}

function inEllipse(x: number, y: number, cx: number, cy: number, rx: number, ry: number): boolean {
  return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
}

/** Writes a microphone file: a tone that comes and goes like syllables, because a browser takes a steady one for noise and removes it. */
export function writeMicrophone(path: string, hz: number): void {
  const seconds = 6;
  const data = Buffer.alloc(seconds * sampleRate * 2);
  for (let i = 0; i < seconds * sampleRate; i++) {
    const t = i / sampleRate;
    const inSyllable = t % 0.6;
    const envelope = inSyllable < 0.4 ? Math.min(1, inSyllable / 0.03, (0.4 - inSyllable) / 0.03) : 0;
    data.writeInt16LE(Math.round(9_000 * envelope * Math.sin(2 * Math.PI * hz * t)), i * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  writeFileSync(path, Buffer.concat([header, data]));
}

/** The loudest 200 ms of a tone in a recording, in dBFS (Goertzel under a Hann window). */
export function loudestOf(samples: readonly number[], hz: number): number {
  const size = 9_600;
  let best = -200;
  for (let from = 0; from + size <= samples.length; from += size / 2) best = Math.max(best, levelOf(samples, from, size, hz));
  return best;
}

function levelOf(samples: readonly number[], from: number, size: number, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < size; i++) {
    const hann = 0.5 * (1 - Math.cos((2 * Math.PI * i) / size));
    const s0 = (samples[from + i] ?? 0) * hann + coefficient * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  const magnitude = Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - coefficient * s1 * s2));
  return 20 * Math.log10(Math.max(1e-10, (2 * magnitude) / (size * 0.5)));
}

function toYuv({ r, g, b }: Colour): [number, number, number] {
  const y = 0.299 * r + 0.587 * g + 0.114 * b;
  return [Math.round(y), Math.round(128 + 0.564 * (b - y)), Math.round(128 + 0.713 * (r - y))];
}

import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { callByParley, callByWebRtc, type Call, type Shown } from './calls.ts';
import { cpuSeconds, median, percentile, sleep } from './machine.ts';
import { Seat } from './seat.ts';
import { SoundDevices } from './sound.ts';

const rounds = Number(process.env['PARLEY_LATENCY_ROUNDS'] ?? 3);
/** One way alone, for whoever looks for where the time goes. */
const only = process.env['PARLEY_LATENCY_ONLY'];
const settleMs = 4_000;
const cpuMs = 10_000;
const glassMs = 15_000;
const soundSeconds = 16;

interface Measured {
  readonly glass: { p50: number; p95: number; pictures: number };
  readonly ear: { p50: number; p95: number; heard: number; spoken: number };
  readonly cores: number;
  /** The sender's browser, the receiver's browser, then the programs. */
  readonly coresOfEach: readonly number[];
  /** With the same moving pictures on both screens as Parley shows: the other one in its size, and one's own. */
  readonly coresAlike: number;
  readonly carriedBy: string;
}

// The two ways take turns in the same two browsers, so that what the machine does beside hits both.
test('glass to glass, mouth to ear and CPU beside WebRTC', async () => {
  const sound = await SoundDevices.start();
  const from = await Seat.open(sound.environment('microphone', 'nowhere'));
  const to = await Seat.open(sound.environment('silence', 'ear'));
  const ways = { parley: callByParley, webrtc: callByWebRtc };
  const results: Record<keyof typeof ways, Measured[]> = { parley: [], webrtc: [] };
  let shown: Shown = { sender: [], receiver: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      const order = (Object.keys(ways) as (keyof typeof ways)[]).filter((way) => only === undefined || way === only);
      if (round % 2 === 1) order.reverse();
      for (const way of order) {
        const call = await ways[way](from, to);
        try {
          if (way === 'parley') shown = await call.shown();
          const measured = await measure(call, sound, [from.processId, to.processId], shown);
          results[way].push(measured);
          console.log(way, JSON.stringify(measured));
        } finally {
          await call.end();
        }
      }
    }
  } finally {
    await from.close();
    await to.close();
    await sound.stop();
  }
  const report = write(results);
  console.log(report);
  if (process.env['PARLEY_REPORT'] !== undefined) writeFileSync(process.env['PARLEY_REPORT'], report);
  expect(results.parley.every((r) => r.glass.pictures > 100 && r.ear.heard > 5)).toBe(true);
});

async function measure(call: Call, sound: SoundDevices, browsers: readonly number[], shown: Shown): Promise<Measured> {
  await sleep(settleMs);
  await call.receiver.evaluate(() => globalThis.__glass.start());
  await sleep(glassMs);
  const { ages } = await call.receiver.evaluate(() => globalThis.__glass.stop());
  await call.switchMicrophoneOn();
  await sleep(settleMs);
  const { delays, spoken } = await sound.mouthToEar(soundSeconds);
  const cores = await coresUsed(call, browsers);
  await call.showAs(shown);
  await sleep(settleMs);
  const alike = await coresUsed(call, browsers);
  return {
    glass: { p50: percentile(ages, 0.5), p95: percentile(ages, 0.95), pictures: ages.length },
    ear: { p50: percentile(delays, 0.5), p95: percentile(delays, 0.95), heard: delays.length, spoken },
    cores: sumOf(cores),
    coresOfEach: cores,
    coresAlike: sumOf(alike),
    carriedBy: await call.describe(),
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);

/** Of both browsers and the programs, over some seconds. */
async function coresUsed(call: Call, browsers: readonly number[]): Promise<number[]> {
  const used = () => [...browsers, ...call.processIds].map((process) => cpuSeconds([process]));
  const before = used();
  await sleep(cpuMs);
  return used().map((seconds, i) => (seconds - (before[i] ?? 0)) / (cpuMs / 1_000));
}

function write(results: Record<'parley' | 'webrtc', readonly Measured[]>): string {
  const row = (name: string, of: (m: Measured) => number, digits: number) => {
    const [ours, theirs] = [median(results.parley.map(of)), median(results.webrtc.map(of))];
    const all = (list: readonly Measured[]) => list.map((m) => of(m).toFixed(digits)).join(', ');
    return `| ${name} | ${ours.toFixed(digits)} (${all(results.parley)}) | ${theirs.toFixed(digits)} (${all(results.webrtc)}) | ${(ours / theirs).toFixed(2)} |`;
  };
  return [
    '| median of runs (each run) | Parley | WebRTC | ratio |',
    '|---|---|---|---|',
    row('glass to glass p50, ms', (m) => m.glass.p50, 1),
    row('glass to glass p95, ms', (m) => m.glass.p95, 1),
    row('mouth to ear p50, ms', (m) => m.ear.p50, 1),
    row('mouth to ear p95, ms', (m) => m.ear.p95, 1),
    row('CPU of pages and agents, cores', (m) => m.cores, 3),
    row('the same, with the same moving pictures on both screens', (m) => m.coresAlike, 3),
    '',
    `CPU of each (sender's browser, receiver's browser, sender's program with the server, receiver's program): Parley ${ofEach(results.parley)}; WebRTC ${ofEach(results.webrtc)}.`,
    `Carried by: Parley ${results.parley.at(-1)?.carriedBy}; WebRTC ${results.webrtc.at(-1)?.carriedBy}.`,
    '',
  ].join('\n');
}

function ofEach(list: readonly Measured[]): string {
  return (list[0]?.coresOfEach ?? []).map((_, i) => median(list.map((m) => m.coresOfEach[i] ?? 0)).toFixed(3)).join(', ');
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test, type Browser, type Page } from '@playwright/test';
import { startMockAgent, type MockAgent, type SentPicture } from '../dev/mock-agent.mjs';
import { writeCamera } from './support/media.ts';
import type { UiPageStats } from '../src/protocol/messages.g.ts';
import './support/person.ts';
import { sharesOf } from './support/pixels.ts';

const blue = { r: 40, g: 80, b: 200 };

let agent: MockAgent;
let browser: Browser;
let directory: string;

// A quiet camera of one colour: an encoder takes the jumps of the built-in fake camera for changes of scene and makes key frames of its own.
test.beforeAll(async ({ launchOptions }) => {
  directory = mkdtempSync(join(tmpdir(), 'parley-video-'));
  const camera = join(directory, 'camera.y4m');
  writeCamera(camera, blue);
  browser = await chromium.launch({ ...launchOptions, args: [...(launchOptions.args ?? []), `--use-file-for-fake-video-capture=${camera}`] });
});

test.afterAll(async () => {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
});

test.afterEach(() => agent.stop());

async function open(scene: string, search = ''): Promise<Page> {
  agent = await startMockAgent({ scene });
  const context = await browser.newContext({ permissions: ['camera', 'microphone'], viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`${agent.address}${search}#launch=mock`);
  return page;
}

const toldCodecs = () => agent.state.commands.findLast((c) => c.type === 'setCodecs');

test('the agent is told which codecs were tried and work, by every page and after every loss', async () => {
  const page = await open('lobby');
  const all = ['h264', 'vp8', 'vp9', 'av1', 'jpeg'];
  await expect.poll(toldCodecs).toEqual({ type: 'setCodecs', encode: all, decode: all, opus: true });
  agent.state.commands.length = 0;
  agent.closeSockets(1001);
  await expect.poll(toldCodecs).toEqual({ type: 'setCodecs', encode: all, decode: all, opus: true });
  await page.context().close();
});

test('a browser without video codecs has JPEG', async () => {
  const page = await open('lobby', '?without=webcodecs');
  await expect.poll(toldCodecs).toEqual({ type: 'setCodecs', encode: ['jpeg'], decode: ['jpeg'], opus: false });
  await page.context().close();
});

const payloadTypes = { jpeg: 104, h264: 105, vp8: 106, vp9: 107, av1: 108 } as const;
type Codec = keyof typeof payloadTypes;

const large = (codec: Codec, change = {}) => ({ encoding: 0, codec, width: 640, height: 360, framesPerSecond: 15, bitrate: 600_000, quality: 60, temporalLayers: 1, ...change });
const small = (codec: Codec, change = {}) => large(codec, { encoding: 1, width: 256, height: 144, framesPerSecond: 10, bitrate: 100_000, ...change });

const isKey = ({ flags }: { flags: number }) => (flags & 1) !== 0;

/** What the page sent from now on, once there are this many pictures. */
async function pictures(count: number, isWanted: (p: SentPicture) => boolean = () => true): Promise<SentPicture[]> {
  const from = agent.state.videoOut.length;
  const newer = () => agent.state.videoOut.slice(from).filter(isWanted);
  await expect.poll(() => newer().length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);
  return newer();
}

/** Tells the page what to encode once the agent knows what it can; stale pictures of the plan before are over when this returns. */
async function plan(...encodings: readonly ReturnType<typeof large>[]): Promise<void> {
  await expect.poll(toldCodecs).toBeDefined();
  agent.send({ type: 'encodings', encodings });
  const [first] = encodings;
  if (first !== undefined) await expect.poll(() => agent.state.lastVideo?.codec, { timeout: 15_000 }).toBe(payloadTypes[first.codec]);
}

for (const codec of ['h264', 'vp8', 'vp9', 'av1'] as const) {
  test(`${codec}: a stream that begins with a key frame, makes another when asked, and follows the plan without one`, async () => {
    const page = await open('meeting2');
    await plan(large(codec));
    const stream = () => agent.state.videoOut.filter((p) => p.codec === payloadTypes[codec]);
    await expect.poll(() => stream().length, { timeout: 15_000 }).toBeGreaterThan(20);
    expect(stream()[0]).toMatchObject({ flags: 1, width: 640, height: 360, encoding: 0 });
    expect(stream().slice(1).some(isKey)).toBe(false);
    expect(stream().every((p, i) => i === 0 || p.time > (stream()[i - 1]?.time ?? 0))).toBe(true);

    agent.send({ type: 'keyFrame', encoding: 0 });
    expect((await pictures(12)).filter(isKey).length).toBe(1);

    agent.send({ type: 'encodings', encodings: [large(codec, { bitrate: 200_000, framesPerSecond: 10 })] });
    expect((await pictures(12)).filter(isKey).length).toBe(0);

    agent.send({ type: 'encodings', encodings: [large(codec, { width: 320, height: 180 })] });
    const smaller = await pictures(5, (p) => p.height === 180);
    expect(smaller[0]).toMatchObject({ flags: 1, width: 320, height: 180 });
    await page.context().close();
  });
}

for (const codec of ['h264', 'vp8'] as const) {
  test(`${codec}: two temporal layers, of which nothing depends on the upper one`, async () => {
    const page = await open('meeting2');
    await plan(large(codec, { temporalLayers: 2 }));
    const stream = await pictures(20);
    const upper = stream.filter((p) => p.flags >> 4 === 1);
    expect(Math.abs(upper.length * 2 - stream.length)).toBeLessThan(stream.length / 3);
    expect(upper.every((p) => (p.flags & 3) === 2)).toBe(true);
    expect(stream.filter((p) => p.flags >> 4 === 0).every((p) => (p.flags & 2) === 0)).toBe(true);
    await page.context().close();
  });
}

test('a large and a small encoding go out side by side, each as fast as it may, and none when nobody looks', async () => {
  const page = await open('meeting2');
  await plan(large('h264'), small('vp8', { framesPerSecond: 5 }));
  const both = await pictures(40);
  const [larges, smalls] = [0, 1].map((n) => both.filter((p) => p.encoding === n));
  expect(larges?.at(-1)).toMatchObject({ codec: payloadTypes.h264, height: 360 });
  expect(smalls?.at(-1)).toMatchObject({ codec: payloadTypes.vp8, width: 256, height: 144 });
  expect(smalls?.length).toBeGreaterThan(5);
  expect((larges?.length ?? 0) / (smalls?.length ?? 1)).toBeGreaterThan(2);

  agent.send({ type: 'encodings', encodings: [small('vp8')] });
  await page.waitForTimeout(300);
  expect((await pictures(5)).every((p) => p.encoding === 1)).toBe(true);

  agent.send({ type: 'encodings', encodings: [] });
  await page.waitForTimeout(300);
  const { videoFrames } = agent.state;
  await page.waitForTimeout(400);
  expect(agent.state.videoFrames).toBe(videoFrames);
  await page.context().close();
});

test('the camera, switched off and on, begins with a key frame again', async () => {
  const page = await open('meeting2');
  await plan(large('h264'));
  await pictures(5);
  await page.keyboard.press('v');
  await expect.poll(() => agent.state.commands.findLast((c) => c.type === 'setDevices')).toMatchObject({ camera: 'off' });
  await page.waitForTimeout(200);
  const from = agent.state.videoOut.length;
  await page.keyboard.press('v');
  await expect.poll(() => agent.state.videoOut.length, { timeout: 10_000 }).toBeGreaterThan(from + 3);
  expect(agent.state.videoOut.slice(from).map(isKey).slice(0, 3)).toEqual([true, false, false]);
  await page.context().close();
});

test('an encoder that fails is taken back, and JPEG goes on', async () => {
  const page = await open('meeting2');
  await plan(large('h264'));
  // No encoder takes this.
  agent.send({ type: 'encodings', encodings: [large('h264', { bitrate: -1 })] });
  await expect.poll(toldCodecs).toMatchObject({ encode: ['vp8', 'vp9', 'av1', 'jpeg'], decode: ['h264', 'vp8', 'vp9', 'av1', 'jpeg'] });
  await expect.poll(() => agent.state.lastVideo?.codec).toBe(payloadTypes.jpeg);
  await plan(large('vp8'));
  await page.context().close();
});

const tile = (page: Page, id: string) => page.locator(`[data-participant="${id}"]`);
const blueIn = async (page: Page, id: string) => (await sharesOf(tile(page, id), [blue]))[0] ?? 0;

interface Track {
  framesShown: number;
  framesReceived: number;
  codec: string;
  width: number;
  height: number;
  fps: number;
  latencyMs: number | null;
}

const tracks = (page: Page) => page.evaluate(() => (globalThis.__parley.stats() as { tracks: Record<string, Track> }).tracks);

/** Asks one's own camera for a key frame whenever a tile needs one, as an agent would: a decoder that falls behind begins anew with one. */
function serveKeyFrames(): () => void {
  let served = agent.state.keyFrameRequests.length;
  const timer = setInterval(() => {
    if (agent.state.keyFrameRequests.length === served) return;
    served = agent.state.keyFrameRequests.length;
    agent.send({ type: 'keyFrame', encoding: 0 });
  }, 20);
  return () => clearInterval(timer);
}

for (const codec of ['h264', 'vp8', 'vp9', 'av1'] as const) {
  test(`${codec}: what is sent is seen by others, moving and in its colours`, async () => {
    const page = await open('meeting3');
    const stop = serveKeyFrames();
    await plan(large(codec));
    for (const id of ['p1', 'p2']) await expect.poll(() => blueIn(page, id), { timeout: 15_000 }).toBeGreaterThan(0.4);
    expect(await tile(page, 'p1').locator('video').count()).toBe(1);
    const before = await tile(page, 'p1').screenshot();
    await expect.poll(async () => (await tile(page, 'p1').screenshot()).equals(before)).toBe(false);
    await expect.poll(async () => Object.values(await tracks(page)).map((t) => t.codec)).toEqual([codec, codec]);
    for (const t of Object.values(await tracks(page))) expect(t).toMatchObject({ width: 640, height: 360, framesShown: expect.any(Number) as number });
    stop();
    await page.context().close();
  });
}

test('without a track generator the pictures are drawn on a canvas', async () => {
  const page = await open('meeting2', '?without=mstg');
  const stop = serveKeyFrames();
  await plan(large('h264'));
  await expect.poll(() => blueIn(page, 'p1'), { timeout: 15_000 }).toBeGreaterThan(0.4);
  expect(await tile(page, 'p1').locator('canvas').count()).toBe(1);
  expect(await tile(page, 'p1').locator('video').count()).toBe(0);
  stop();
  await page.context().close();
});

test('codec and size change without anything else on the tile than the picture', async () => {
  const page = await open('meeting2');
  const stop = serveKeyFrames();
  await expect.poll(() => blueIn(page, 'p1'), { timeout: 15_000 }).toBeGreaterThan(0.4);
  for (const next of [large('h264'), large('h264', { width: 320, height: 180 }), large('vp8'), large('jpeg'), large('av1', { width: 426, height: 240 }), large('jpeg')]) {
    agent.send({ type: 'encodings', encodings: [next] });
    let least = 1;
    const looksThrough = async () => {
      least = Math.min(least, await blueIn(page, 'p1'));
      const shown = Object.values(await tracks(page))[0];
      return `${shown?.codec} ${shown?.height}`;
    };
    await expect.poll(looksThrough, { timeout: 15_000, intervals: [0] }).toBe(`${next.codec} ${next.height}`);
    for (let i = 0; i < 8; i++) await looksThrough();
    expect(least, `${next.codec} ${next.height}`).toBeGreaterThan(0.4);
    const elements = next.codec === 'jpeg' ? 'CANVAS' : 'VIDEO';
    await expect.poll(() => tile(page, 'p1').locator('canvas, video').evaluateAll((all) => all.map((e) => e.tagName))).toEqual([elements]);
  }
  stop();
  await page.context().close();
});

test('after a loss the last good picture stays until a key frame that the page asked for', async () => {
  const page = await open('meeting3');
  await plan(large('h264'));
  await expect.poll(async () => Object.values(await tracks(page)).every((t) => t.framesShown > 10 && t.codec === 'h264'), { timeout: 15_000 }).toBe(true);
  agent.state.keyFrameRequests.length = 0;
  let toLose = 1;
  agent.state.loses = ({ id }) => id === 'p1' && toLose-- > 0;
  await expect.poll(() => agent.state.keyFrameRequests[0]).toBe(2);
  // Counts come twice a second.
  await page.waitForTimeout(600);
  const [one, other] = [(await tracks(page))[2], (await tracks(page))[3]];
  await expect.poll(async () => (await tracks(page))[3]?.framesShown).toBeGreaterThan((other?.framesShown ?? 0) + 10);
  expect((await tracks(page))[2]?.framesShown).toBe(one?.framesShown);
  expect(await blueIn(page, 'p1')).toBeGreaterThan(0.4);
  const stop = serveKeyFrames();
  await expect.poll(async () => (await tracks(page))[2]?.framesShown, { timeout: 10_000 }).toBeGreaterThan((one?.framesShown ?? 0) + 10);
  stop();
  expect(agent.state.keyFrameRequests.every((track) => track === 2)).toBe(true);
  await page.context().close();
});

test('a picture of the upper temporal layer may be missing', async () => {
  const page = await open('meeting2');
  await plan(large('vp8', { temporalLayers: 2 }));
  await expect.poll(async () => Object.values(await tracks(page))[0]?.codec, { timeout: 15_000 }).toBe('vp8');
  await pictures(6);
  agent.state.keyFrameRequests.length = 0;
  let toLose = 1;
  agent.state.loses = (_, { flags }) => flags >> 4 === 1 && toLose-- > 0;
  await pictures(12);
  expect(toLose).toBeLessThan(1);
  expect(agent.state.keyFrameRequests).toEqual([]);
  const before = Object.values(await tracks(page))[0]?.framesShown ?? 0;
  await expect.poll(async () => Object.values(await tracks(page))[0]?.framesShown).toBeGreaterThan(before + 10);
  await page.context().close();
});

test('a picture is shown at its time', async () => {
  const page = await open('meeting2');
  const latency = async () => Object.values(await tracks(page))[0]?.latencyMs ?? NaN;
  await plan(large('h264'));
  await expect.poll(latency, { timeout: 15_000 }).toBeLessThan(120);
  agent.state.showAfterMs = 300;
  await expect.poll(async () => Math.abs((await latency()) - 300)).toBeLessThan(20);
  await expect.poll(async () => Object.values(await tracks(page))[0]?.fps).toBeGreaterThan(10);
  await page.context().close();
});

test('a tile that goes and comes at once goes on, one that was away begins with a key frame', async () => {
  const page = await open('meeting2');
  await plan(large('h264'));
  await expect.poll(() => blueIn(page, 'p1'), { timeout: 15_000 }).toBeGreaterThan(0.4);
  agent.state.keyFrameRequests.length = 0;
  const all = agent.state.snapshot.participants as { id: string }[];
  const without = all.map((p) => (p.id === 'p1' ? { ...p, presence: 'away' } : p));
  agent.change({ participants: without });
  await expect(tile(page, 'p1').locator('video')).toHaveCount(0);
  agent.change({ participants: all });
  await expect.poll(() => blueIn(page, 'p1')).toBeGreaterThan(0.4);
  expect(agent.state.keyFrameRequests).toEqual([]);

  agent.change({ participants: without });
  await page.waitForTimeout(2_500);
  agent.change({ participants: all });
  await expect.poll(() => agent.state.keyFrameRequests).toContain(2);
  const stop = serveKeyFrames();
  await expect.poll(() => blueIn(page, 'p1')).toBeGreaterThan(0.4);
  stop();
  await page.context().close();
});

test('nine people are shown at once', async () => {
  const page = await open('meeting9');
  await plan(large('h264'));
  const shown = async () => Object.values(await tracks(page)).filter((t) => t.codec === 'h264');
  // One of the eight others has no camera.
  await expect.poll(async () => (await shown()).filter((t) => t.fps >= 10).length, { timeout: 20_000 }).toBe(7);
  for (const id of ['p1', 'p8']) await expect.poll(() => blueIn(page, id)).toBeGreaterThan(0.3);
  await page.context().close();
});

test('once a second in a meeting the page says how its own part went', async () => {
  const page = await open('meeting3');
  await page.mouse.click(5, 5);
  agent.state.isHeard = true;
  await plan(large('h264'), small('h264', { framesPerSecond: 5 }));
  const told = () => agent.state.commands.filter((c) => c.type === 'pageMeasured').map((c) => c['stats'] as UiPageStats);
  // Everything has gone on for a second and more.
  await expect.poll(() => told().at(-1)?.tracks.filter((t) => t.fps > 10).length, { timeout: 20_000 }).toBe(2);
  await expect.poll(() => told().at(-1)?.fpsSent, { timeout: 10_000 }).toBeGreaterThan(10);
  await expect.poll(() => told().at(-1)?.outputMs, { timeout: 10_000 }).toBeGreaterThan(0);
  const [last] = told().slice(-1);
  expect(last?.fpsCaptured).toBeGreaterThan(10);
  expect(last?.fpsSent).toBeLessThan(20);
  expect(last?.encodeMs).toBeGreaterThan(0);
  expect(last?.encodeMs).toBeLessThan(200);
  expect(last?.captureMs).toBeGreaterThanOrEqual(0);
  expect(last?.ringMs).toBeGreaterThan(5);
  for (const t of last?.tracks ?? []) expect(t.latencyMs).toBeGreaterThan(0);

  const from = told().length;
  await page.waitForTimeout(3_000);
  expect(Math.abs(told().length - from - 3)).toBeLessThanOrEqual(1);
  agent.show('left');
  await page.waitForTimeout(1_100);
  const end = told().length;
  await page.waitForTimeout(1_500);
  expect(told().length).toBe(end);
  await page.context().close();
});

test('the camera gives more rows when more are wanted', async ({ browser: withLargeCamera }) => {
  agent = await startMockAgent({ scene: 'alone' });
  const context = await withLargeCamera.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  await page.goto(agent.link);
  await plan(large('h264', { width: 1_920, height: 1_080, framesPerSecond: 5, bitrate: 2_000_000 }));
  await expect.poll(() => agent.state.lastVideo?.height, { timeout: 15_000 }).toBe(1_080);
  agent.send({ type: 'encodings', encodings: [large('h264')] });
  await expect.poll(() => agent.state.lastVideo?.height).toBe(360);
  await context.close();
});

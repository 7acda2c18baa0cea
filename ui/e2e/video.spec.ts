import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test, type Browser, type Page } from '@playwright/test';
import { startMockAgent, type MockAgent, type SentPicture } from '../dev/mock-agent.mjs';
import { writeCamera } from './support/media.ts';

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
  await expect.poll(toldCodecs).toEqual({ type: 'setCodecs', encode: all, decode: all });
  agent.state.commands.length = 0;
  agent.closeSockets(1001);
  await expect.poll(toldCodecs).toEqual({ type: 'setCodecs', encode: all, decode: all });
  await page.context().close();
});

test('a browser without video codecs has JPEG', async () => {
  const page = await open('lobby', '?without=webcodecs');
  await expect.poll(toldCodecs).toEqual({ type: 'setCodecs', encode: ['jpeg'], decode: ['jpeg'] });
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

import { expect, test, type Browser, type Page } from '@playwright/test';
import { startMockAgent, type MockAgent } from '../dev/mock-agent.mjs';
import { drawPeople } from './pictures.ts';

let pictures: Buffer[] = [];
let agent: MockAgent;

test.beforeAll(async ({ browser }) => {
  pictures = await drawPeople(browser, 12);
});

test.afterEach(() => agent.stop());

async function open(browser: Browser, scene: string, search = '', isIsolated = true): Promise<Page> {
  agent = await startMockAgent({ scene, pictures, isIsolated });
  const context = await browser.newContext({ permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'], viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${agent.address}${search}#launch=mock`);
  return page;
}

interface Stats {
  audio?: { framesReceived: number; underruns: number; targetMs: number };
  tracks: Record<string, { framesShown: number }>;
  isPlayoutRunning: boolean;
}

const stats = (page: Page) => page.evaluate(() => (globalThis as unknown as { __parley: { stats(): Stats } }).__parley.stats());

/** Level of one frequency in what the loudspeaker got in the last second, and the largest step between two samples. */
const heard = (page: Page, hz: number) =>
  page.evaluate(async (f) => {
    const samples = await (globalThis as unknown as { __parley: { playedAudio(): Promise<Float32Array> } }).__parley.playedAudio();
    let re = 0;
    let im = 0;
    let step = 0;
    samples.forEach((s, i) => {
      re += s * Math.cos((2 * Math.PI * f * i) / 48_000);
      im += s * Math.sin((2 * Math.PI * f * i) / 48_000);
      if (i > 0) step = Math.max(step, Math.abs(s - (samples[i - 1] ?? 0)));
    });
    return { amplitude: (2 * Math.hypot(re, im)) / Math.max(1, samples.length), step };
  }, hz);

for (const [name, search, isIsolated] of [
  ['with everything the browser has', '', true],
  ['without MediaStreamTrackProcessor and without shared memory', '?without=mstp,sab', true],
  ['on a page that is not isolated', '', false],
] as const) {
  test(`pictures and sound flow both ways ${name}`, async ({ browser }) => {
    const page = await open(browser, 'meeting3', search, isIsolated);
    await page.mouse.click(5, 5);
    agent.state.isHeard = true;

    await expect.poll(() => agent.state.videoFrames).toBeGreaterThan(10);
    await expect.poll(() => agent.state.audioFrames.length).toBeGreaterThan(250);
    expect(agent.state.lastVideo).toMatchObject({ codec: 104, width: 640, height: 360 });
    const sequences = agent.state.audioFrames.map((f) => f.sequence);
    expect(sequences.every((s, i) => i === 0 || s === (sequences[i - 1] ?? 0) + 1)).toBe(true);
    expect(agent.state.audioFrames.every((f) => f.bytes === 976)).toBe(true);
    // A second of captured time is a hundred frames, once the device's clock is known.
    const times = agent.state.audioFrames.slice(-100).map((f) => f.time);
    expect(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1)).toBeCloseTo(10, 0);
    expect(Math.abs((times.at(-1) ?? 0) - Date.now())).toBeLessThan(1_000);

    await expect.poll(async () => Object.values((await stats(page)).tracks).map((t) => t.framesShown > 10)).toEqual([true, true]);
    await expect.poll(() => agent.state.acknowledged).toBeGreaterThan(20);
    await expect.poll(async () => (await heard(page, 440)).amplitude, { timeout: 10_000 }).toBeGreaterThan(0.2);
    expect((await heard(page, 440)).step).toBeLessThan(0.03);
    await page.context().close();
  });
}

test('what is muted or switched off is not sent, and comes back', async ({ browser }) => {
  const page = await open(browser, 'meeting2');
  await expect.poll(() => agent.state.audioFrames.length).toBeGreaterThan(20);
  await expect.poll(() => agent.state.videoFrames).toBeGreaterThan(5);
  await page.keyboard.press('m');
  await page.keyboard.press('v');
  await expect(page.getByRole('button', { name: 'Unmute' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Turn camera on' })).toBeVisible();
  await expect
    .poll(() => agent.state.commands.findLast((c) => c.type === 'setDevices'))
    .toEqual({ type: 'setDevices', microphone: 'off', camera: 'off' });
  await page.waitForTimeout(200);
  const { videoFrames } = agent.state;
  const audioFrames = agent.state.audioFrames.length;
  await page.waitForTimeout(500);
  expect(agent.state.videoFrames).toBe(videoFrames);
  expect(agent.state.audioFrames.length).toBe(audioFrames);
  await page.keyboard.press('m');
  await page.keyboard.press('v');
  await expect.poll(() => agent.state.videoFrames).toBeGreaterThan(videoFrames + 5);
  await expect.poll(() => agent.state.audioFrames.length).toBeGreaterThan(audioFrames + 20);
  await page.context().close();
});

test('typing in the chat switches nothing', async ({ browser }) => {
  const page = await open(browser, 'meeting2');
  await expect(page.getByRole('button', { name: 'Mute' })).toBeVisible();
  await page.keyboard.press('c');
  await page.getByRole('textbox', { name: 'Write to everyone' }).pressSequentially('my view, much cuter');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('my view, much cuter');
  await expect(page.getByRole('button', { name: 'Mute' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('log')).toHaveCount(0);
  await page.context().close();
});

test('only the pictures of the people on the page are asked for', async ({ browser }) => {
  const page = await open(browser, 'meeting12');
  await expect.poll(() => agent.state.visible?.length).toBe(8);
  await page.getByRole('button', { name: 'Next people' }).click();
  await expect.poll(() => agent.state.visible).toEqual(['p9', 'p10', 'p11']);
  // Pictures of both pages of people were shown: seven cameras on the first, three on the second.
  await expect.poll(async () => Object.values((await stats(page)).tracks).filter((t) => t.framesShown > 0).length).toBeGreaterThanOrEqual(10);
  await page.getByRole('button', { name: 'Previous people' }).click();
  await expect.poll(() => agent.state.visible?.length).toBe(8);
  await page.context().close();
});

test('a pasted invitation fills code and address, and joining asks for both', async ({ browser }) => {
  const page = await open(browser, 'lobby');
  await page.getByRole('button', { name: 'Ask to join' }).click();
  await expect(page.getByRole('alert')).toContainText('six digits');
  await page.evaluate(() => navigator.clipboard.writeText('Join Weekly planning on Parley.\nCode 482 913\nAddress 192.168.1.20:5000'));
  await page.getByLabel('Digit 1 of 6').focus();
  await page.keyboard.press('Control+V');
  await expect(page.getByLabel('Address')).toHaveValue('192.168.1.20:5000');
  await page.getByRole('button', { name: 'Ask to join' }).click();
  await expect(page.getByRole('heading', { name: 'Waiting for the host' })).toBeVisible();
  expect(agent.state.commands).toContainEqual({ type: 'joinMeeting', name: 'Anna Lindqvist', server: '192.168.1.20:5000', code: '482913' });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Meet on your own network' })).toBeVisible();
  await page.context().close();
});

test('a pasted link stands for both', async ({ browser }) => {
  const page = await open(browser, 'lobby');
  await page.evaluate(() => navigator.clipboard.writeText('parley://ship.local:5000/271828#q83vEg'));
  await page.getByLabel('Digit 1 of 6').focus();
  await page.keyboard.press('Control+V');
  await expect(page.getByText('ship.local:5000', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Ask to join' }).click();
  await expect.poll(() => agent.state.commands.find((c) => c.type === 'joinMeeting')).toMatchObject({
    server: 'parley://ship.local:5000/271828#q83vEg',
    code: '271828',
  });
  await page.context().close();
});

test('a meeting that another tab took over lets the devices go, and can be taken back', async ({ browser }) => {
  const page = await open(browser, 'meeting2');
  await expect.poll(() => agent.state.videoFrames).toBeGreaterThan(5);
  agent.send({ type: 'takenOver' });
  agent.closeSockets(4001);
  await expect(page.getByRole('heading', { name: 'This meeting is open in another tab' })).toBeVisible();
  const { videoFrames } = agent.state;
  await page.waitForTimeout(400);
  expect(agent.state.videoFrames).toBe(videoFrames);
  await page.getByRole('button', { name: 'Use it here' }).click();
  await expect.poll(() => agent.state.videoFrames).toBeGreaterThan(videoFrames + 5);
  await page.context().close();
});

test('a program that went away is said to be gone, and found again', async ({ browser }) => {
  const page = await open(browser, 'lobby');
  await expect(page.getByRole('button', { name: 'Start a meeting' })).toBeVisible();
  const port = Number(new URL(agent.address).port);
  await agent.stop();
  await expect(page.getByRole('heading', { name: 'Parley is not running' })).toBeVisible();
  agent = await startMockAgent({ port, scene: 'lobby' });
  // The page looks by itself too, and may be faster.
  await page
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 3_000 })
    .catch(() => undefined);
  await expect(page.getByRole('button', { name: 'Start a meeting' })).toBeVisible();
  await page.context().close();
});

test('the host is asked before ending for others, and not when alone', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('dialog')).toContainText('2 other people are still here');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('button', { name: 'End for all' }).click();
  await expect(page.getByRole('heading', { name: 'The meeting has ended' })).toBeVisible();
  agent.show('alone');
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'You left the meeting' })).toBeVisible();
  await page.context().close();
});

test('people at the door are admitted and denied from the card', async ({ browser }) => {
  const page = await open(browser, 'requests');
  await page.getByRole('button', { name: 'Deny Igor Petrov' }).click();
  await page.getByRole('button', { name: 'Admit Clara Dubois' }).click();
  await expect(page.getByRole('region', { name: 'Requests to join' })).toContainText('Sam');
  expect(agent.state.commands.filter((c) => c.type === 'admit' || c.type === 'deny')).toEqual([
    { type: 'deny', id: 'r2' },
    { type: 'admit', id: 'r1' },
  ]);
  await page.context().close();
});

test('a camera that is refused leaves the microphone and says what to do', async ({ browser }) => {
  agent = await startMockAgent({ scene: 'lobby' });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (constraints) =>
      constraints?.video ? Promise.reject(new DOMException('no', 'NotAllowedError')) : ask(constraints);
  });
  await page.goto(agent.link);
  await expect(page.getByText('The camera is blocked')).toBeVisible();
  await expect.poll(() => agent.state.commands.findLast((c) => c.type === 'setDevices')).toEqual({ type: 'setDevices', microphone: 'on', camera: 'refused' });
  await context.close();
});

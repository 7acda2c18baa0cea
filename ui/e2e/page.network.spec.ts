import { readFileSync } from 'node:fs';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { startMockAgent, type MockAgent } from '../dev/mock-agent.mjs';
import { drawPeople } from './pictures.ts';

let pictures: Buffer[] = [];
let agent: MockAgent;

test.beforeAll(async ({ browser }) => {
  pictures = await drawPeople(browser, 12);
});

test.afterEach(() => agent.stop());

async function open(browser: Browser, scene: string): Promise<Page> {
  agent = await startMockAgent({ scene, pictures });
  const context = await browser.newContext({ permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'], viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
  const page = await context.newPage();
  await page.goto(agent.link);
  await page.getByRole('list', { name: 'People' }).waitFor();
  return page;
}

const label = (page: Page) => page.getByRole('button', { name: /Network statistics/ });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Network' });
const graph = (page: Page, name: string) => panel(page).getByRole('region', { name, exact: true });
const sent = (type: string) => agent.state.commands.filter((c) => c.type === type);
const shown = (page: Page) => page.evaluate(() => (globalThis as unknown as { __parley: { state(): { stats: unknown[] } } }).__parley.state().stats.length);

/** How many of a chart's pixels have the colour of its first line. */
const drawn = (page: Page, name: string) =>
  graph(page, name)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i]! - 139) + Math.abs(data[i + 1]! - 154) + Math.abs(data[i + 2]! - 255) < 30 && data[i + 3]! > 200) count++;
      return count;
    });

test('the network panel draws six graphs while it is open and costs nothing when it is closed', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  Object.assign(agent.state, { measuredSeconds: 100, loss: 0.03 });
  await page.waitForTimeout(1_200);
  expect(sent('watchStats')).toEqual([]);
  expect(await page.locator('.uplot').count()).toBe(0);

  await label(page).click();
  await expect(panel(page).locator('.uplot')).toHaveCount(6);
  for (const name of ['Round trip', 'Loss', 'Jitter', 'Pictures per second', 'Bitrate']) {
    await expect.poll(() => drawn(page, name), name).toBeGreaterThan(100);
  }

  await expect(graph(page, 'Congestion window')).toContainText('Comes with file transfers');
  await expect.poll(() => shown(page)).toBeGreaterThan(101);

  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  expect(await page.locator('.uplot').count()).toBe(0);
  expect(sent('watchStats').map((c) => c['isWatching'])).toEqual([true, false]);
  expect(await shown(page)).toBe(0);
  await page.keyboard.press('n');
  await expect(panel(page)).toBeVisible();
  await page.context().close();
});

test('a file under way shows its window and threshold', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  agent.state.hasTransfer = true;
  await label(page).click();
  await expect(graph(page, 'Congestion window')).toContainText('Threshold');
  await expect.poll(() => drawn(page, 'Congestion window')).toBeGreaterThan(100);
  await page.context().close();
});

test('all graphs share one crosshair, and show the values of that moment', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  await label(page).click();
  await expect.poll(() => drawn(page, 'Loss')).toBeGreaterThanOrEqual(0);
  await graph(page, 'Round trip').locator('.u-over').hover({ position: { x: 60, y: 30 } });
  for (const name of ['Round trip', 'Loss', 'Bitrate']) await expect(graph(page, name)).toContainText(/\d+ s ago/);
  await page.mouse.move(20, 400);
  await expect(graph(page, 'Loss')).not.toContainText('ago');
  // A range that was just chosen takes no letters: the shortcut still works.
  await panel(page).getByRole('radio', { name: '10 min' }).check();
  await page.keyboard.press('n');
  await expect(panel(page)).toHaveCount(0);
  await page.context().close();
});

test('each value is explained, by keyboard too, and Escape takes only the explanation away', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  await label(page).click();
  const explain = panel(page).getByRole('button', { name: 'What is jitter?' });
  await panel(page).getByRole('button', { name: 'What is loss?' }).focus();
  await page.keyboard.press('Tab');
  await expect(explain).toBeFocused();
  await expect(panel(page).getByRole('tooltip')).toContainText('RFC 3550');
  await expect(explain).toHaveAccessibleDescription(/How unevenly packets arrive/);
  await page.keyboard.press('Escape');
  await expect(panel(page).getByRole('tooltip')).toHaveCount(0);
  await expect(panel(page)).toBeVisible();
  expect(await panel(page).getByRole('button', { name: /^What is / }).count()).toBe(13);
  await page.context().close();
});

test('one person has graphs of their own, and each one’s pictures are rated alone', async ({ browser }) => {
  const page = await open(browser, 'meeting5');
  await label(page).click();
  const row = panel(page).getByRole('row', { name: /Jonas Weber/ });
  await expect(row).toContainText('uneven');
  await expect(panel(page).getByRole('row', { name: /Priya Raman/ })).toContainText('640 × 360');
  await row.getByRole('button', { name: 'Jonas Weber' }).click();
  await expect(graph(page, 'Picture delay')).toBeVisible();
  await expect.poll(() => drawn(page, 'Picture delay')).toBeGreaterThan(100);
  await expect(panel(page).getByRole('combobox', { name: 'Whose numbers' })).toHaveValue('p3');
  await panel(page).getByRole('combobox', { name: 'Whose numbers' }).selectOption('');
  await expect(graph(page, 'Round trip')).toBeVisible();
  await page.context().close();
});

test('mouth to ear is the sum of its parts', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  await label(page).click();
  const latency = panel(page).getByRole('region', { name: 'Mouth to ear' });
  const total = Number(/(\d+) ms/.exec(await latency.getByText(/^about/).innerText())?.[1]);
  const parts = (await latency.locator('tbody td').allInnerTexts()).map((text) => Number.parseInt(text, 10));
  expect(parts.length).toBe(6);
  expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
  await page.context().close();
});

test('the numbers can be copied as text and saved as a table', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  agent.state.loss = 0.06;
  await label(page).click();
  await expect(panel(page).getByText('Your network loses 6 % of the packets on the way up.')).toBeVisible();
  await expect(panel(page).getByText('Move closer to the access point or use a cable.')).toBeVisible();
  await panel(page).getByRole('button', { name: 'Copy' }).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain('Your network loses 6 %');
  expect(text).toMatch(/Loss: Up: now [4-8]\.\d %/);

  const download = page.waitForEvent('download');
  await panel(page).getByRole('button', { name: 'CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^parley-network-\d{4}-.*\.csv$/);
  const rows = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n');
  expect(rows.length).toBeGreaterThanOrEqual(601);
  expect(rows[0]).toContain('fps Tomás Herrera');
  const last = rows.at(-1)?.split(',') ?? [];
  expect(Math.abs(Date.parse(last[0] ?? '') - Date.now())).toBeLessThan(5_000);
  await page.context().close();
});

test('the top bar says the quality in words, and the ping is green below 100 ms, amber below 300 and red above', async ({ browser }) => {
  const page = await open(browser, 'meeting2');
  const ping = label(page).locator('.ping');
  for (const [rttMs, word, level] of [[99, 'Good', 'good'], [100, 'Good', 'fair'], [299, 'Fair', 'fair'], [300, 'Poor', 'poor']] as const) {
    agent.state.rttMs = rttMs;
    await expect(label(page)).toContainText(`${rttMs} ms`);
    await expect(label(page)).toContainText(word);
    await expect(ping).toHaveClass(new RegExp(`\\b${level}\\b`));
  }

  agent.state.rttMs = 20;
  agent.state.quality = { level: 'poor', cause: 'silence', direction: 'both', value: 4 };
  await label(page).click();
  await expect(panel(page)).toContainText('Nothing has come from the server for 4 s.');
  await page.context().close();
});

test('a tile has bars with a word when it does not go well, and none when it does', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  const mine = page.getByRole('list', { name: 'People' }).locator('li').filter({ hasText: 'You' });
  await expect(mine).toBeVisible();
  await expect(mine.locator('.sign')).toHaveCount(0);
  agent.state.quality = { level: 'fair', cause: 'loss', direction: 'up', value: 0.03 };
  await expect(mine.locator('.sign')).toHaveText('Fair connection');
  agent.state.quality = { level: 'good', cause: 'none', direction: 'both', value: 0 };
  await expect(mine.locator('.sign')).toHaveCount(0);
  await page.context().close();
});

test('a bad network is simulated from a preset, cannot be forgotten, and ends with one click', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Simulate a bad network' }).click();
  const simulate = page.getByRole('complementary', { name: 'Simulate a bad network' });
  await expect(simulate.getByRole('button', { name: 'Start' })).toBeDisabled();
  await simulate.getByRole('button', { name: 'Bad Wi-Fi' }).click();
  await simulate.getByRole('radio', { name: 'Up' }).check();
  await simulate.getByRole('slider', { name: 'Loss' }).focus();
  await page.keyboard.press('ArrowRight');
  await simulate.getByRole('textbox', { name: 'Rate' }).fill('1234');
  await page.keyboard.press('Tab');
  const text = 'loss=6.5%,burst=3,delay=20ms,jitter=30ms,reorder=1%,rate=1234kbit,queue=200ms,direction=up';
  await expect(simulate.getByText(`--impair ${text}`)).toBeVisible();
  await simulate.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => sent('setImpairment')).toEqual([{ type: 'setImpairment', text }]);
  await expect(label(page)).toContainText('Fair');
  await simulate.getByRole('button', { name: 'Close' }).click();

  const badge = page.getByRole('button', { name: 'Simulated bad network' });
  await expect(badge).toBeVisible();
  await badge.click();
  await expect(simulate.getByRole('slider', { name: 'Loss' })).toHaveValue('6.5');
  await simulate.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'End the simulation' }).click();
  await expect(badge).toHaveCount(0);
  expect(sent('setImpairment').at(-1)).toEqual({ type: 'setImpairment', text: '' });

  agent.state.refuses = 'setImpairment';
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Simulate a bad network' }).click();
  await simulate.getByRole('button', { name: 'Phone hotspot' }).click();
  await simulate.getByRole('button', { name: 'Start' }).click();
  await expect(simulate.getByRole('alert')).toContainText('did not take these settings');
  await expect(badge).toHaveCount(0);
  await page.context().close();
});

test('the format of one’s picture is chosen among those the browser has, and audio only shows no pictures', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  await expect.poll(() => sent('setCodecs').length).toBeGreaterThan(0);
  const encoders = sent('setCodecs').at(-1)?.['encode'] as string[];
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Picture and data' }).click();
  const dialog = page.getByRole('dialog');
  const formats = dialog.getByRole('group', { name: 'Video format' });
  await expect(formats.getByRole('radio')).toHaveCount(encoders.length + 1);
  await formats.getByRole('radio', { name: /^JPEG/ }).check();
  await expect.poll(() => sent('setPreferences').at(-1)).toEqual({ type: 'setPreferences', preferences: { codec: 'jpeg', reception: 'full' } });
  await dialog.getByRole('radio', { name: /^Audio only/ }).check();
  await expect.poll(() => sent('setPreferences').at(-1)).toEqual({ type: 'setPreferences', preferences: { codec: 'jpeg', reception: 'audioOnly' } });
  await dialog.getByRole('button', { name: 'Done' }).click();

  const tiles = page.getByRole('list', { name: 'People' });
  await expect(tiles.locator('canvas, video')).toHaveCount(0);
  await expect(tiles.getByText('Audio only')).toHaveCount(3);
  await page.getByRole('button', { name: 'End audio only' }).click();
  await expect(tiles.getByText('Audio only')).toHaveCount(0);
  await expect(tiles.locator('canvas, video').first()).toBeVisible();
  await page.context().close();
});

test('a change of quality is told with its reason, at most one of a kind in five seconds', async ({ browser }) => {
  const page = await open(browser, 'meeting3');
  agent.state.loss = 0.06;
  await expect(label(page)).toContainText('6 % lost up');
  const down = { type: 'quality', change: { step: 'videoDown', reason: 'loss', fromHeight: 720, toHeight: 360 } };
  agent.send(down);
  agent.send(down);
  agent.send({ type: 'quality', change: { step: 'audioNarrowed', reason: 'bandwidth', fromHeight: 0, toHeight: 0 } });
  const told = page.getByRole('status');
  await expect(told.getByText('Your voice is sent in telephone quality now: the network does not bear more')).toHaveCount(1);
  await expect(told.getByText('Your picture is smaller now: 6 % of packets get lost')).toHaveCount(1);
  await page.context().close();
});

test('who speaks has the ring and is brought onto the page that is seen, while nobody else moves', async ({ browser }) => {
  const page = await open(browser, 'meeting12');
  const ids = () => page.locator('[data-participant]').evaluateAll((tiles) => tiles.map((tile) => (tile as HTMLElement).dataset['participant']));
  const before = await ids();
  agent.change({ activeSpeaker: before[3] });
  await expect(page.locator(`[data-participant="${before[3]}"]`)).toHaveClass(/\bactive\b/);
  expect(await ids()).toEqual(before);

  agent.change({ activeSpeaker: 'p11' });
  await expect(page.locator('[data-participant="p11"]')).toHaveClass(/\bactive\b/);
  const after = await ids();
  expect(after.filter((id, i) => id !== before[i])).toEqual(['p11']);
  await expect(page.locator('[data-participant].active')).toHaveCount(1);
  agent.change({ activeSpeaker: null });
  await expect(page.locator('[data-participant].active')).toHaveCount(0);
  expect(await ids()).toEqual(after);
  await page.context().close();
});

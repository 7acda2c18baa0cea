import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startMockAgent } from '../dev/mock-agent.mjs';
import { drawPeople } from './pictures.ts';

const output = '../test-output/screens';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
let pictures: Buffer[] = [];

test.beforeAll(async ({ browser }) => {
  pictures = await drawPeople(browser, 13);
});

interface Look {
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
  readonly before?: (page: Page) => Promise<void>;
  readonly rttMs?: number;
  readonly loss?: number;
}

/** Nothing sticks out of the page, and nothing that matters scrolls sideways. */
async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

/** Pictures are drawn, the preview runs, animations and fades are over. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const hasHiddenPicture = [...document.querySelectorAll('canvas')].some((c) => getComputedStyle(c).visibility === 'hidden');
    const hasDarkVideo = [...document.querySelectorAll('video')].some((v) => v.readyState < 2);
    const isMoving = document.getAnimations().some((a) => a.playState === 'running');
    return !hasHiddenPicture && !hasDarkVideo && !isMoving && document.querySelector('main')?.ariaBusy !== 'true';
  });
  await page.waitForTimeout(150);
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run();
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html.slice(0, 140)} — ${n.failureSummary}`).join(' | ')}`);
  });
  expect(found).toEqual([]);
}

function look(name: string, scene: string, { size = wide, theme = 'dark', before, rttMs, loss }: Look = {}): void {
  test(name, async ({ browser }) => {
    const agent = await startMockAgent({ scene, pictures });
    Object.assign(agent.state, { rttMs, loss });
    const context = await browser.newContext({ viewport: size, colorScheme: theme, permissions: ['camera', 'microphone', 'clipboard-write'] });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // A policy violation is a console error; a lost WebSocket is one that the page expects.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    await page.goto(agent.link);
    await page.locator('main').first().waitFor();
    await settled(page);
    await before?.(page);
    await settled(page);
    await page.screenshot({ path: `${output}/${name}.png` });
    await expectNoOverflow(page);
    await expectAccessible(page);
    expect(errors).toEqual([]);
    await context.close();
    await agent.stop();
  });
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();
const chat = press(/^Chat/);
const people = press(/^People/);

look('lobby-dark', 'lobby');
look('lobby-light', 'lobby', { theme: 'light' });
look('lobby-phone', 'lobby', { size: phone });
look('lobby-4k', 'lobby', { size: { width: 3840, height: 2160 } });
look('lobby-no-name', 'lobbyNoName', { before: press('Start a meeting') });
look('lobby-wrong-code', 'lobbyWrongCode');
look('lobby-unreachable-light', 'lobbyUnreachable', { theme: 'light' });
look('joining', 'joining');
look('waiting-dark', 'waiting');
look('waiting-check-light', 'waitingCheck', { theme: 'light' });
look('waiting-check-phone', 'waitingCheck', { size: phone });
look('alone-dark', 'alone');
look('alone-light', 'alone', { theme: 'light' });
look('alone-phone', 'alone', { size: phone });
look('meeting-2', 'meeting2');
look('meeting-2-phone', 'meeting2', { size: phone });
look('meeting-3', 'meeting3');
look('meeting-4-light', 'meeting4', { theme: 'light' });
look('meeting-5', 'meeting5');
look('meeting-5-phone', 'meeting5', { size: phone });
look('meeting-9-dark', 'meeting9', { rttMs: 142, loss: 0.031 });
look('meeting-9-light', 'meeting9', { theme: 'light', rttMs: 380, loss: 0.12 });
look('meeting-9-phone', 'meeting9', { size: phone });
look('meeting-9-4k', 'meeting9', { size: { width: 3840, height: 2160 } });
look('meeting-12', 'meeting12');
look('meeting-12-page-2', 'meeting12', { before: press('Next people') });
look('cameras-off', 'camerasOff');
look('chat-dark', 'meeting4', { before: chat });
look('chat-light', 'meeting4', { theme: 'light', before: chat });
look('chat-phone', 'meeting4', { size: phone, before: chat });
look('people-dark', 'requests', { before: people });
look('people-light', 'meeting5', { theme: 'light', before: people });
look('people-phone', 'requests', { size: phone, before: people });
look('requests-dark', 'requests');
look('requests-light', 'requests', { theme: 'light' });
look('request-phone', 'request', { size: phone });
look('check', 'check');
look('check-phone', 'check', { size: phone });
look('away', 'away');
look('reconnecting', 'reconnecting');
look('invite', 'meeting3', { before: press('Invite') });
look('invite-phone', 'meeting3', { size: phone, before: press('Invite') });
look('more', 'meeting3', { before: press('More') });
look('leave', 'meeting3', { before: press('Leave') });
look('leave-phone-light', 'meeting3', { size: phone, theme: 'light', before: press('Leave') });
look('long-names', 'longNames');
look('long-names-phone', 'longNames', { size: phone, before: people });
look('zoom-200', 'meeting4', { size: { width: 640, height: 400 } });
for (const scene of ['denied', 'ended', 'removed', 'left', 'unreachable', 'keyChanged', 'versionMismatch', 'serverStopped', 'seatExpired', 'rateLimited']) {
  look(`over-${scene}`, scene);
}

look('over-keyChanged-phone-light', 'keyChanged', { size: phone, theme: 'light' });

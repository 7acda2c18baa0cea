import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startMockAgent, type MockAgent } from '../dev/mock-agent.mjs';
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
  readonly before?: (page: Page, agent: MockAgent) => Promise<void>;
  readonly rttMs?: number;
  readonly loss?: number;
  /** What the scene has besides. */
  readonly change?: Record<string, unknown>;
  /** What the mock agent is to pretend. */
  readonly pretend?: Record<string, unknown>;
  /** Whether what is looked at is over when everything has settled. */
  readonly isMoving?: boolean;
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

function look(name: string, scene: string, { size = wide, theme = 'dark', before, rttMs, loss, change = {}, pretend = {}, isMoving = false }: Look = {}): void {
  test(name, async ({ browser }) => {
    const agent = await startMockAgent({ scene, pictures });
    Object.assign(agent.state, { rttMs, loss, ...pretend });
    agent.change(change);
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
    await before?.(page, agent);
    if (!isMoving) await settled(page);
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
const phone390 = { width: 390, height: 844 };
const network = press(/Network statistics/);
const more = (item: string) => async (page: Page) => {
  await press('More')(page);
  await press(item)(page);
};
const impairment = more('Simulate a bad network');
const settings = more('Picture and data');
const badWifi = 'loss=6%,burst=3,delay=20ms,jitter=30ms,reorder=1%,rate=2000kbit,queue=200ms';
const scrollTo = (name: string) => (page: Page) => page.getByRole('region', { name }).evaluate((e) => e.scrollIntoView({ block: 'end' }));

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
const privateLines = { pretend: { chat: 'private' } };
const failing = (code: string) => async (page: Page, agent: MockAgent) => {
  await chat(page);
  const write = async (text: string) => {
    await page.getByRole('textbox', { name: /^Write to/ }).fill(text);
    await page.keyboard.press('Enter');
  };
  const to = (label: string) => page.getByRole('combobox', { name: 'To' }).selectOption({ label });
  agent.state.failsChat = 'tooFast';
  await write('And the second shift?');
  await page.getByRole('alert').first().waitFor();
  agent.state.failsChat = code;
  await to('Priya Raman');
  await write('Could you call me before ten?');
  await page.getByRole('alert').nth(1).waitFor();
  delete agent.state.failsChat;
  agent.state.holdsChat = true;
  await to('Everyone');
  await write('I will be five minutes late.');
  await page.waitForTimeout(700);
};
const unreadLines = (page: Page, agent: MockAgent) => {
  agent.post({ text: 'Is everybody back from the break?' });
  agent.post({ from: 'p2', text: 'Yes' });
  agent.post({ from: 'p3', text: 'A word in private: the numbers on page 4 are last year’s.', to: 'p0' });
  return page.getByRole('button', { name: 'Chat, 2 unread, 1 private unread' }).waitFor();
};
const reactionsOf = (...who: string[]) => async (page: Page, agent: MockAgent) => {
  const words = ['party', 'heart', 'thumbsUp', 'cheer', 'laugh', 'hundred', 'star'];
  for (const [i, from] of who.entries()) {
    agent.send({ type: 'reaction', from, reaction: words[i % words.length] });
    await page.waitForTimeout(90);
  }
  await page.waitForTimeout(250);
};
look('chat-private-dark', 'meeting4', { ...privateLines, before: chat });
look('chat-private-light', 'meeting4', { ...privateLines, theme: 'light', before: chat });
look('chat-private-reply-phone', 'meeting4', {
  ...privateLines,
  size: phone,
  before: async (page) => {
    await chat(page);
    await press('Reply to Priya Raman only')(page);
  },
});
look('chat-private-gone', 'meeting4', {
  before: async (page, agent) => {
    await chat(page);
    await page.getByRole('combobox', { name: 'To' }).selectOption({ label: 'Jonas Weber' });
    await page.getByRole('textbox').fill('Do you have a minute?');
    agent.change({ participants: (agent.state.snapshot.participants as { id: string }[]).filter((p) => p.id !== 'p3') });
    await page.getByText('Choose somebody else').waitFor();
  },
});
look('chat-failed-dark', 'meeting4', { before: failing('gone') });
look('chat-failed-light', 'meeting4', { theme: 'light', before: failing('notRecorded') });
look('chat-failed-phone', 'meeting4', { size: phone, before: failing('gone') });
look('chat-links-dark', 'meeting4', { pretend: { chat: 'links' }, before: chat });
look('chat-links-light-phone', 'meeting4', { pretend: { chat: 'links' }, theme: 'light', size: phone, before: chat });
look('chat-days', 'meeting4', { pretend: { chat: 'long' }, before: chat });
look('chat-empty', 'alone', { pretend: { chat: 'none' }, before: chat });
look('chat-too-long', 'meeting4', {
  before: async (page) => {
    await chat(page);
    await page.getByRole('textbox').fill('How long is too long? '.repeat(190));
  },
});
look('chat-long-names-phone', 'longNames', {
  size: phone,
  before: async (page, agent) => {
    agent.post({ from: 'p1', text: 'My name is long.' });
    agent.post({ from: 'p2', text: 'Mine too, and this is between us: ' + 'averyveryverylongwordwithoutanyspace'.repeat(3), to: 'p0' });
    await chat(page);
    await page.getByRole('button', { name: /^Reply to/ }).click();
  },
});
look('chat-zoom-200', 'meeting4', { ...privateLines, size: { width: 640, height: 400 }, before: chat });
look('chat-unread-badge', 'meeting4', { before: unreadLines });
look('chat-unread-badge-light-phone', 'meeting4', { theme: 'light', size: phone, before: unreadLines });
look('chat-unread-line', 'meeting4', {
  before: async (page, agent) => {
    await unreadLines(page, agent);
    await chat(page);
  },
});
look('hands-dark', 'hands');
look('hands-light', 'hands', { theme: 'light', before: people });
look('hands-phone', 'hands', { size: phone });
look('reactions-dark', 'meeting4', { before: reactionsOf('p1', 'p2', 'p2', 'p0', 'p3', 'p3', 'p1'), isMoving: true });
look('reactions-light', 'meeting9', { theme: 'light', before: reactionsOf('p1', 'p4', 'p8', 'p6', 'p3'), isMoving: true });
look('reactions-out-of-sight', 'meeting12', { before: reactionsOf('p9', 'p10', 'p1'), isMoving: true });
look('reactions-phone', 'meeting2', { size: phone, before: reactionsOf('p1', 'p0'), isMoving: true });
look('reaction-picker', 'meeting3', { before: press('React') });
look('reaction-picker-phone-light', 'meeting3', { theme: 'light', size: phone, before: press('React') });
look('people-dark', 'requests', { before: people });
look('people-light', 'meeting5', { theme: 'light', before: people });
look('people-phone', 'requests', { size: phone, before: more('People') });
look('requests-dark', 'requests');
look('requests-light', 'requests', { theme: 'light' });
look('request-phone', 'request', { size: phone });
look('check', 'check');
look('check-phone', 'check', { size: phone });
look('away', 'away');
look('reconnecting', 'reconnecting');
look('invite', 'meeting3', { before: press('Invite') });
look('invite-phone', 'meeting3', { size: phone, before: more('Invite') });
look('more', 'meeting3', { before: press('More') });
look('leave', 'meeting3', { before: press('Leave') });
look('leave-phone-light', 'meeting3', { size: phone, theme: 'light', before: press('Leave') });
look('long-names', 'longNames');
look('long-names-phone', 'longNames', { size: phone, before: more('People') });
look('zoom-200', 'meeting4', { size: { width: 640, height: 400 } });
for (const scene of ['denied', 'ended', 'removed', 'left', 'unreachable', 'keyChanged', 'versionMismatch', 'serverStopped', 'seatExpired', 'rateLimited']) {
  look(`over-${scene}`, scene);
}

look('over-keyChanged-phone-light', 'keyChanged', { size: phone, theme: 'light' });

look('network-dark', 'meeting4', { before: network });
look('network-light', 'meeting4', { theme: 'light', before: network });
look('network-phone', 'meeting4', { size: phone390, before: network });
look('network-phone-end', 'meeting4', {
  size: phone390,
  theme: 'light',
  before: async (page) => {
    await network(page);
    await scrollTo('Per person')(page);
  },
});
look('network-middle', 'meeting4', { size: { width: 900, height: 700 }, before: network });
look('network-wide', 'meeting9', { size: { width: 1920, height: 1080 }, before: network });
look('network-nobody', 'alone', { before: network });
look('network-first-second', 'meeting2', { before: network, pretend: { measuredSeconds: 0 } });
look('network-poor', 'meeting9', { rttMs: 210, loss: 0.12, before: network });
look('network-poor-light', 'meeting9', {
  theme: 'light',
  rttMs: 380,
  loss: 0.06,
  before: async (page) => {
    await network(page);
    await page.getByRole('radio', { name: '10 min', exact: true }).check();
    await scrollTo('Per person')(page);
  },
});
look('network-nine-end', 'meeting9', {
  before: async (page) => {
    await network(page);
    await scrollTo('Per person')(page);
  },
});
look('network-person', 'meeting5', {
  loss: 0.06,
  before: async (page) => {
    await network(page);
    await page.getByRole('combobox', { name: 'Whose numbers' }).selectOption({ label: 'Priya Raman' });
  },
});
look('network-transfer-definition', 'meeting3', {
  pretend: { hasTransfer: true },
  before: async (page) => {
    await network(page);
    await page.getByRole('radio', { name: '5 min', exact: true }).check();
    await page.getByRole('button', { name: 'What is congestion window?' }).focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
  },
});
look('network-lost', 'reconnecting', { before: network, pretend: { quality: { level: 'poor', cause: 'silence', direction: 'both', value: 7 } } });
look('impairment-dark', 'meeting4', { before: impairment });
look('impairment-light', 'meeting4', {
  theme: 'light',
  before: async (page) => {
    await impairment(page);
    await press('Bad Wi-Fi')(page);
  },
});
look('impairment-phone', 'meeting4', { size: phone390, before: impairment, change: { impairment: badWifi } });
look('impairment-active', 'meeting4', { before: network, change: { impairment: badWifi } });
look('impairment-refused', 'meeting3', {
  pretend: { refuses: 'setImpairment' },
  before: async (page) => {
    await impairment(page);
    await press('Busy Wi-Fi')(page);
    await press('Start')(page);
    await page.getByRole('alert').waitFor();
  },
});
look('impairment-badge-phone', 'meeting9', { size: phone390, change: { impairment: badWifi } });
look('settings-dark', 'meeting4', { before: settings, change: { videoCodec: 'h264' } });
look('settings-light-phone', 'meeting4', { theme: 'light', size: phone390, before: settings });
look('audio-only', 'meeting5', { change: { preferences: { codec: null, reception: 'audioOnly' } } });
look('audio-only-phone-light', 'meeting4', { theme: 'light', size: phone390, change: { preferences: { codec: null, reception: 'audioOnly' }, impairment: badWifi } });
look('active-speaker', 'meeting9', { change: { activeSpeaker: 'p4' } });
look('active-speaker-light', 'meeting4', { theme: 'light', change: { activeSpeaker: 'p2' } });

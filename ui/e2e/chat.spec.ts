import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Person } from './support/person.ts';

const output = process.env['PARLEY_TEST_OUTPUT'] ?? join(import.meta.dirname, '../../test-output');
const grey = { r: 120, g: 120, b: 120 };

// Real programs, real sockets, real browsers: what people write to each other arrives, once, and only where it should.
test('three people write to each other, in public and in private, through an outage and a reload', async () => {
  test.setTimeout(240_000);
  mkdirSync(output, { recursive: true });
  const people: Person[] = [];
  const arrive = async (name: string, ...verb: string[]) => {
    const person = await Person.arrive(name, 443, grey, ...verb);
    people.push(person);
    await person.isOn('lobby');
    await person.page.getByLabel('Your name').fill(name);
    return person;
  };
  try {
    const anna = await arrive('Anna', '--host', '127.0.0.1', '--tcp-port', '0', '--udp-port', '0');
    await anna.page.getByRole('button', { name: 'Start a meeting' }).click();
    await anna.isOn('meeting');
    const code = (await anna.snapshot()).meeting?.code ?? '';
    const port = (await anna.program.line(/serving meetings on TCP (\d+)/))[1] ?? '';
    const enter = async (person: Person) => {
      await person.page.getByLabel('Digit 1 of 6').click();
      await person.page.keyboard.type(code);
      await person.page.getByRole('textbox', { name: 'Address' }).fill(`127.0.0.1:${port}`);
      await person.page.getByRole('button', { name: 'Ask to join' }).click();
      await anna.page.getByRole('button', { name: `Admit ${person.name}` }).click();
      await person.isOn('meeting');
    };

    const ben = await arrive('Ben', 'join');
    await enter(ben);
    const cleo = await arrive('Cleo', 'join');
    await enter(cleo);

    // To everyone; whoever does not look sees how much there is.
    await write(ben, 'hello all, the plan is at http://files.local/plan');
    await expect.poll(() => linesOf(anna)).toContain('Ben: hello all, the plan is at http://files.local/plan');
    await expect(cleo.page.getByRole('button', { name: 'Chat, 1 unread' })).toBeVisible();

    // To one person: the third never has it, on the screen or off it.
    await ben.page.getByRole('combobox', { name: 'To' }).selectOption({ label: 'Cleo' });
    await write(ben, 'between us');
    await expect(cleo.page.getByRole('button', { name: 'Chat, 1 unread, 1 private unread' })).toBeVisible();
    await cleo.page.keyboard.press('c');
    await expect(cleo.page.getByRole('log').getByText('between us')).toBeVisible();
    await expect(cleo.page.getByRole('log').getByRole('link', { name: 'http://files.local/plan' })).toHaveAttribute('rel', 'noopener noreferrer');
    await cleo.page.getByRole('button', { name: 'Reply to Ben only' }).click();
    await write(cleo, 'and back');
    await expect(ben.page.getByRole('log').getByText('and back')).toBeVisible();
    await ben.page.getByRole('combobox', { name: 'To' }).selectOption({ label: 'Everyone' });
    await write(ben, 'back in public');
    await expect.poll(() => linesOf(anna)).toContain('Ben: back in public');
    expect((await linesOf(anna)).filter((l) => /between us|and back/.test(l))).toEqual([]);
    await cleo.page.screenshot({ path: join(output, 'chat-private.png') });

    // A hand and a reaction.
    await ben.page.getByRole('button', { name: 'Raise hand' }).click();
    await anna.page.getByRole('button', { name: /^People/ }).click();
    await anna.page.getByRole('button', { name: 'Lower the hand of Ben' }).click();
    await expect(ben.page.getByRole('button', { name: 'Raise hand' })).toBeVisible();
    await cleo.page.getByRole('button', { name: 'React' }).click();
    await cleo.page.getByRole('button', { name: 'Party' }).click();
    for (const person of [anna, ben, cleo]) await expect.poll(() => shownReactions(person)).toBe(1);
    await expect.poll(() => shownReactions(ben), { timeout: 6_000 }).toBe(0);
    await cleo.page.keyboard.press('Escape');

    // The server is gone for a while: what is written meanwhile arrives once, and the writer can tell.
    process.kill(anna.program.processId, 'SIGSTOP');
    await write(ben, 'written while nobody answers');
    await expect.poll(async () => (await ben.snapshot()).isReconnecting, { timeout: 15_000 }).toBe(true);
    await expect(ben.page.getByText('Will be sent when the connection is back')).toBeVisible();
    await ben.page.screenshot({ path: join(output, 'chat-waiting.png') });
    process.kill(anna.program.processId, 'SIGCONT');
    for (const person of [anna, ben, cleo]) {
      await expect.poll(async () => (await linesOf(person)).filter((l) => l.endsWith('written while nobody answers')).length, { timeout: 30_000, message: person.name }).toBe(1);
    }
    await expect.poll(async () => (await ben.snapshot()).isReconnecting, { timeout: 15_000 }).toBe(false);

    // A reload keeps what is half written and what was said.
    await ben.page.getByRole('textbox', { name: 'Write to everyone' }).fill('half a sentence');
    await ben.page.reload();
    await ben.isOn('meeting');
    await ben.page.keyboard.press('c');
    await expect(ben.page.getByRole('textbox', { name: 'Write to everyone' })).toHaveValue('half a sentence');
    await expect(ben.page.getByRole('log').getByText('between us')).toBeVisible();
    await ben.page.keyboard.press('Enter');
    for (const person of [anna, ben, cleo]) {
      await expect.poll(async () => (await linesOf(person)).filter((l) => l.endsWith(': half a sentence')).length, { message: person.name }).toBe(1);
    }

    // Ben leaves and comes back: the public lines and his own private ones, both ways, are there; somebody new has the public ones only.
    await ben.page.getByRole('button', { name: 'Leave' }).click();
    await ben.isOn('lobby');
    await expect(cleo.page.getByRole('log').getByText('Ben left')).toBeVisible();
    await enter(ben);
    await expect.poll(() => linesOf(ben)).toEqual(expect.arrayContaining(['Ben: between us', 'Cleo: and back', 'Ben: half a sentence']));
    await cleo.page.getByRole('button', { name: 'Leave' }).click();
    await cleo.isOn('lobby');
    await cleo.page.getByLabel('Your name').fill('Dora');
    await enter(Object.assign(Object.create(cleo) as Person, { name: 'Dora' }));
    await expect.poll(() => linesOf(cleo)).toContain('Ben: half a sentence');
    expect((await linesOf(cleo)).filter((l) => /between us|and back/.test(l))).toEqual([]);
  } finally {
    await Promise.all(people.map((person) => person.leaveComputer()));
  }
});

async function write(person: Person, text: string): Promise<void> {
  if ((await person.page.getByRole('log').count()) === 0) await person.page.getByRole('button', { name: /^Chat/ }).click();
  await person.page.getByRole('textbox', { name: /^Write to/ }).fill(text);
  await person.page.keyboard.press('Enter');
}

interface ChatState {
  readonly chat: { readonly lines: readonly { readonly kind: string; readonly name: string; readonly text: string; readonly isMine: boolean }[] };
  readonly reactions: readonly unknown[];
}

const stateOf = (person: Person) => person.page.evaluate(() => globalThis.__parley.state() as never) as Promise<ChatState>;

/** All that a page has of the chat, shown or not. */
async function linesOf(person: Person): Promise<string[]> {
  return (await stateOf(person)).chat.lines.filter((l) => l.kind === 'text').map((l) => `${l.name === '' ? person.name : l.name}: ${l.text}`);
}

async function shownReactions(person: Person): Promise<number> {
  return (await stateOf(person)).reactions.length;
}

import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { Person } from './support/person.ts';

const heard = -45;

/** L16 at 48 kHz takes 870 kbit/s on the wire, Opus with what repeats lost packets less than 250. */
const likeOpus = 300_000;

// A computer without libopus, and a server that has it: the page's own Opus carries both ways.
test('a page does Opus for an agent that has no library', async () => {
  test.skip(!libraries().includes('libopus.so.0'), 'This machine has no libopus for the server.');
  test.setTimeout(120_000);
  const people: Person[] = [];
  try {
    const anna = await Person.arrive('Anna', 443, { r: 40, g: 80, b: 200 }, '--host', '127.0.0.1', '--tcp-port', '0', '--udp-port', '0');
    people.push(anna);
    await anna.isOn('lobby');
    await anna.page.getByLabel('Your name').fill('Anna');
    await anna.page.getByRole('button', { name: 'Start a meeting' }).click();
    await anna.isOn('meeting');
    const port = (await anna.program.line(/serving meetings on TCP (\d+)/))[1] ?? '';

    const ben = await Person.arriveWithout({ PARLEY_OPUS: '0' }, 'Ben', 997, { r: 200, g: 60, b: 60 }, 'join');
    people.push(ben);
    await ben.isOn('lobby');
    await ben.page.getByLabel('Your name').fill('Ben');
    await ben.page.getByLabel('Digit 1 of 6').click();
    await ben.page.keyboard.type((await anna.snapshot()).meeting?.code ?? '');
    await ben.page.getByRole('textbox', { name: 'Address' }).fill(`127.0.0.1:${port}`);
    await ben.page.getByRole('button', { name: 'Ask to join' }).click();
    await anna.page.getByRole('button', { name: 'Admit Ben' }).click();
    await ben.isOn('meeting');

    // Without pictures, what travels is sound.
    for (const person of people) await person.page.keyboard.press('v');
    await expect.poll(() => ben.hears(anna.hz), { timeout: 20_000, message: 'Ben hears Anna' }).toBeGreaterThan(heard);
    await expect.poll(() => anna.hears(ben.hz), { timeout: 20_000, message: 'Anna hears Ben' }).toBeGreaterThan(heard);
    await expect.poll(() => bitrates(ben), { timeout: 20_000, message: 'sound takes as little as Opus does' }).toBeLessThan(likeOpus);

    // It stays so, and it is still sound: seconds later both hear the other.
    await ben.page.waitForTimeout(5_000);
    await expect.poll(() => bitrates(ben)).toBeLessThan(likeOpus);
    await expect.poll(() => ben.hears(anna.hz), { timeout: 5_000 }).toBeGreaterThan(heard);
    await expect.poll(() => anna.hears(ben.hz), { timeout: 5_000 }).toBeGreaterThan(heard);

    // What is decoded by the page is timed as all sound is: every part of the way is known, the server's too.
    await ben.page.keyboard.press('n');
    const latency = ben.page.getByRole('complementary', { name: 'Network' }).getByRole('region', { name: 'Mouth to ear' });
    await expect(latency.getByText(/^about \d+ ms/)).toBeVisible({ timeout: 20_000 });

    // A browser that has none takes over: the same meeting goes on in L16.
    await ben.page.goto(`${new URL(ben.page.url()).origin}/?without=opus`);
    await ben.isOn('meeting');
    await ben.page.locator('body').click();
    await expect.poll(() => ben.hears(anna.hz), { timeout: 20_000, message: 'Ben hears Anna without Opus' }).toBeGreaterThan(heard);
    await expect.poll(() => bitrates(ben), { timeout: 20_000, message: 'L16 takes more' }).toBeGreaterThan(likeOpus);
  } finally {
    await Promise.all(people.map((person) => person.leaveComputer()));
  }
});

const libraries = () => execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });

/** Bits a second in the direction that takes more. */
async function bitrates(person: Person): Promise<number> {
  return person.page.evaluate(() => {
    const { network } = globalThis.__parley.state();
    return network === undefined ? Infinity : Math.max(network.bitrateUp, network.bitrateDown);
  });
}

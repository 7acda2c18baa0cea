import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Person } from './support/person.ts';
import { sharesOf } from './support/pixels.ts';

const output = process.env['PARLEY_TEST_OUTPUT'] ?? join(import.meta.dirname, '../../test-output');
const blue = { r: 40, g: 80, b: 200 };
const red = { r: 200, g: 60, b: 60 };
const green = { r: 50, g: 160, b: 80 };
const heard = -45;
const nothing = -80;

// Real programs, real sockets, real browsers: one long story, as people live it.
test('three people on three computers meet, see and hear each other', async () => {
  test.setTimeout(240_000);
  mkdirSync(output, { recursive: true });
  const people: Person[] = [];
  try {
    const anna = await Person.arrive('Anna', 443, blue, '--host', '127.0.0.1', '--tcp-port', '0', '--udp-port', '0');
    people.push(anna);
    await anna.isOn('lobby');
    await anna.page.screenshot({ path: join(output, 'lobby.png') });
    await anna.page.getByLabel('Your name').fill('Anna');
    await anna.page.getByRole('button', { name: 'Start a meeting' }).click();
    await anna.isOn('meeting');
    const meeting = (await anna.snapshot()).meeting;
    expect(meeting?.code).toMatch(/^\d{6}$/);
    const code = meeting?.code ?? '';
    const port = (await anna.program.line(/serving meetings on TCP (\d+)/))[1] ?? '';

    const knock = async (person: Person) => {
      people.push(person);
      await person.isOn('lobby');
      await person.page.getByLabel('Your name').fill(person.name);
      await person.page.getByLabel('Digit 1 of 6').click();
      await person.page.keyboard.type(code);
      await person.page.getByRole('textbox', { name: 'Address' }).fill(`127.0.0.1:${port}`);
      await person.page.getByRole('button', { name: 'Ask to join' }).click();
      await person.isOn('waiting');
    };

    // The door holds: whoever waits learns nothing, and the host decides one by one.
    const ben = await Person.arrive('Ben', 997, red, 'join');
    await knock(ben);
    const waiting = await ben.snapshot();
    expect(waiting.meeting).toBeNull();
    expect(waiting.participants).toEqual([]);
    await ben.page.screenshot({ path: join(output, 'waiting.png') });
    const check = waiting.attempt?.check;
    expect(check).toMatch(/^\d{6}$/);
    await expect.poll(async () => (await anna.snapshot()).requests.map((r) => [r.name, r.check])).toEqual([['Ben', check]]);
    await anna.page.screenshot({ path: join(output, 'request.png') });
    await anna.page.getByRole('button', { name: 'Admit Ben' }).click();
    await ben.isOn('meeting');

    // Her browser lacks the fast ways of capture and playout: the fallbacks carry the same meeting.
    const cleo = await Person.arrive('Cleo', 1571, green, 'join').then((person) => person.without('mstp,sab'));
    await knock(cleo);
    await anna.page.getByRole('button', { name: 'Admit Cleo' }).click();
    await cleo.isOn('meeting');

    // Everyone sees the two others, in pixels.
    const three = [anna, ben, cleo];
    for (const person of three) {
      const others = three.filter((p) => p !== person);
      await expect
        .poll(async () => Math.min(...(await sharesOf(person.page, others.map((o) => o.colour)))), { timeout: 30_000, message: `${person.name} sees the others` })
        .toBeGreaterThan(0.03);
    }
    await anna.page.waitForTimeout(5_500);
    await anna.page.screenshot({ path: join(output, 'meeting.png') });

    // The pictures move: frames keep coming for every track.
    for (const person of three) {
      const before = await framesOf(person);
      expect(Object.keys(before).length).toBe(2);
      for (const track of Object.keys(before)) {
        await expect.poll(async () => (await framesOf(person))[track], { message: `${person.name}, track ${track}` }).toBeGreaterThan((before[track] ?? 0) + 15);
      }
    }

    // They are coded by what these browsers have, and not by what everyone falls back to.
    for (const person of [anna, ben]) await expect.poll(async () => (await person.snapshot()).videoCodec, { message: person.name }).toBe('h264');

    // Everyone hears the two others, in what was really played.
    for (const person of three) {
      for (const other of three) {
        if (other === person) continue;
        await expect.poll(() => person.hears(other.hz), { timeout: 30_000, message: `${person.name} hears ${other.name}` }).toBeGreaterThan(heard);
      }
    }

    // Nobody hears themselves: while the two others are muted (which everyone sees), whoever speaks is heard by them and hears nothing at all.
    for (const speaker of three) {
      const others = three.filter((p) => p !== speaker);
      for (const other of others) await other.page.keyboard.press('m');
      for (const other of others) {
        await expect.poll(async () => stateOf(await speaker.snapshot(), other.name, 'microphone')).toBe('off');
        await expect.poll(() => other.hears(speaker.hz), { timeout: 10_000, message: `${other.name} hears ${speaker.name}` }).toBeGreaterThan(heard);
      }
      await expect.poll(() => speaker.loudest(), { timeout: 10_000, message: `${speaker.name} hears nothing` }).toBeLessThan(nothing);
      for (const other of others) await other.page.keyboard.press('m');
      for (const other of others)
        await expect.poll(() => speaker.hears(other.hz), { timeout: 10_000, message: `${speaker.name} hears ${other.name} again` }).toBeGreaterThan(heard);
    }

    // A fourth is turned away, and told so.
    const dora = await Person.arrive('Dora', 587, { r: 200, g: 160, b: 40 }, 'join');
    await knock(dora);
    await anna.page.getByRole('button', { name: 'Deny Dora' }).click();
    await dora.isOn('over');
    expect((await dora.snapshot()).problem?.reason).toBe('denied');
    await dora.page.screenshot({ path: join(output, 'denied.png') });
    await dora.leaveComputer();
    people.splice(people.indexOf(dora), 1);

    // Camera off and on again.
    await cleo.page.keyboard.press('v');
    await expect.poll(async () => stateOf(await anna.snapshot(), 'Cleo', 'camera')).toBe('off');
    await expect.poll(async () => (await sharesOf(anna.page, [green]))[0] ?? 1, { timeout: 10_000 }).toBeLessThan(0.01);
    await anna.page.screenshot({ path: join(output, 'camera-off.png') });
    await cleo.page.keyboard.press('v');
    await expect.poll(async () => (await sharesOf(anna.page, [green]))[0] ?? 0, { timeout: 10_000 }).toBeGreaterThan(0.03);

    // Chat reaches everyone; letters typed there switch nothing off.
    await cleo.page.keyboard.press('c');
    await cleo.page.getByRole('textbox', { name: 'Write to everyone' }).fill('');
    await cleo.page.getByRole('textbox', { name: 'Write to everyone' }).pressSequentially('mv hello');
    await cleo.page.keyboard.press('Enter');
    await anna.page.keyboard.press('c');
    await expect(anna.page.getByText('mv hello')).toBeVisible();
    expect(stateOf(await cleo.snapshot(), 'Cleo', 'microphone')).toBe('on');
    await anna.page.screenshot({ path: join(output, 'chat.png') });
    await anna.page.keyboard.press('Escape');

    // The host hands the role over.
    await anna.page.keyboard.press('u');
    await anna.page.getByRole('button', { name: 'Actions for Ben' }).click();
    await anna.page.getByRole('button', { name: 'Make host' }).click();
    await anna.page.getByRole('button', { name: 'Make host' }).click();
    await expect.poll(async () => rolesOf(await ben.snapshot())).toEqual(['Anna participant', 'Ben host', 'Cleo participant']);
    await anna.page.screenshot({ path: join(output, 'people.png') });

    // The host leaves: the role passes, the meeting goes on.
    await ben.page.getByRole('button', { name: /^Leave/ }).click();
    await ben.page.screenshot({ path: join(output, 'leaving.png') });
    await ben.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await ben.isOn('lobby');
    await expect.poll(async () => rolesOf(await cleo.snapshot())).toEqual(['Anna host', 'Cleo participant']);
    await expect.poll(() => anna.hears(cleo.hz), { timeout: 10_000 }).toBeGreaterThan(heard);

    // The host ends it for all.
    await anna.page.getByRole('button', { name: /^Leave/ }).click();
    await anna.page.getByRole('button', { name: 'End for all' }).click();
    await cleo.isOn('over');
    expect((await cleo.snapshot()).problem?.reason).toBe('ended');
    await cleo.page.screenshot({ path: join(output, 'ended.png') });
  } finally {
    await Promise.all(people.map((person) => person.leaveComputer()));
  }
});

/** Pictures drawn so far, by track. */
async function framesOf(person: Person): Promise<Record<string, number>> {
  return person.page.evaluate(() => {
    const stats = globalThis.__parley.stats() as { tracks: Record<string, { framesShown: number }> };
    return Object.fromEntries(Object.entries(stats.tracks).map(([track, { framesShown }]) => [track, framesShown]));
  });
}

function stateOf(snapshot: Awaited<ReturnType<Person['snapshot']>>, name: string, device: 'microphone' | 'camera'): string | undefined {
  return snapshot.participants.find((p) => p.name === name)?.[device];
}

function rolesOf(snapshot: Awaited<ReturnType<Person['snapshot']>>): string[] {
  return snapshot.participants.map((p) => `${p.name} ${p.role}`);
}

import { describe, expect, test } from 'vitest';
import { qualityCauseWords, qualityLevelWords, qualityReasonWords, qualityStepWords, type NetworkMeasured, type UiQuality } from '../protocol/messages.g.ts';
import { noticeSentence } from './index.ts';
import { changeSentence, diagnose } from './quality.ts';
import { formatBitrate, formatBytes, formatCount, formatMs, formatPercent, formatRoundPercent } from './quantities.ts';

const quality = (change: Partial<UiQuality>): UiQuality => ({ level: 'poor', cause: 'loss', direction: 'up', value: 0.06, ...change });
const network = (change: Partial<NetworkMeasured>): NetworkMeasured => ({
  type: 'network', rttMs: 340, lossUp: 0.06, lossDown: 0, jitterMs: 1, bitrateUp: 0, bitrateDown: 0, quality: quality({}), ...change,
});

describe('the diagnosis', () => {
  test('names the level, the cause with its number and direction, and what to do', () => {
    expect(diagnose(quality({}), false)).toEqual({
      title: 'Poor connection',
      cause: 'Your network loses 6 % of the packets on the way up.',
      advice: 'Move closer to the access point or use a cable.',
    });
  });

  test.each([
    [quality({ cause: 'roundTrip', direction: 'both', value: 342.4 }), 'An answer from the server takes 342 ms.'],
    [quality({ cause: 'jitter', direction: 'down', value: 45 }), 'Packets arrive unevenly, by 45 ms on the way down.'],
    [quality({ cause: 'bandwidth', direction: 'up', value: 480_000 }), 'Only 480 kbit/s get through on the way up, less than is wanted.'],
    [quality({ cause: 'cpu', value: 7.8 }), 'This computer makes only 8 pictures a second of your camera.'],
    [quality({ cause: 'silence', value: 4.2 }), 'Nothing has come from the server for 4 s.'],
  ])('says %j', (given, sentence) => expect(diagnose(given, false).cause).toBe(sentence));

  test('of a simulated network gives no advice about the real one', () => {
    expect(diagnose(quality({}), true).advice).toContain('simulating');
  });

  test.each(qualityLevelWords.flatMap((level) => qualityCauseWords.map((cause) => [level, cause] as const)))('of %s by %s is complete', (level, cause) => {
    const said = diagnose(quality({ level, cause }), false);
    expect(said.title).not.toBe('');
    expect(said.cause).toMatch(/\.$/);
    if (level === 'poor' && cause !== 'none') expect(said.advice).toMatch(/\.$/);
  });
});

describe('a change of quality', () => {
  test.each([
    [{ step: 'videoDown', reason: 'loss', fromHeight: 720, toHeight: 360 }, 'Your picture is smaller now: 6 % of packets get lost'],
    [{ step: 'videoDown', reason: 'roundTrip', fromHeight: 360, toHeight: 360 }, 'Your picture moves less smoothly now: answers take 340 ms'],
    [{ step: 'videoUp', reason: 'recovered', fromHeight: 360, toHeight: 720 }, 'Your picture is larger again: the connection is better'],
    [{ step: 'videoStopped', reason: 'bandwidth', fromHeight: 144, toHeight: 0 }, 'Your picture is paused, sound goes on: the network does not bear more'],
    [{ step: 'audioNarrowed', reason: 'bandwidth', fromHeight: 0, toHeight: 0 }, 'Your voice is sent in telephone quality now: the network does not bear more'],
  ] as const)('%j is said', (change, sentence) => expect(noticeSentence({ key: 'quality', change, network: network({}) })).toBe(sentence));

  test('does not name a loss that nobody measured', () => {
    const change = { step: 'videoDown', reason: 'loss', fromHeight: 720, toHeight: 360 } as const;
    expect(changeSentence(change, network({ lossUp: 0 }))).toBe('Your picture is smaller now: packets get lost');
    expect(changeSentence({ ...change, reason: 'roundTrip' }, undefined)).toBe('Your picture is smaller now: answers take long');
  });

  test.each(qualityStepWords.flatMap((step) => qualityReasonWords.map((reason) => [step, reason] as const)))('%s for %s has a sentence', (step, reason) => {
    expect(changeSentence({ step, reason, fromHeight: 1, toHeight: 2 }, undefined)).toMatch(/^\S.+: \S/);
  });
});

describe('quantities', () => {
  test.each([[0, '0 %'], [0.0004, '0.1 %'], [0.031, '3.1 %'], [0.0996, '10 %'], [0.12, '12 %']])('a share of %d is %s', (share, text) => expect(formatPercent(share)).toBe(text));
  test.each([[0.004, '0.4 %'], [0.061, '6 %'], [0.2, '20 %']])('a share of %d in a sentence is %s', (share, text) => expect(formatRoundPercent(share)).toBe(text));
  test.each([[0, '0 ms'], [3.42, '3.4 ms'], [9.97, '10 ms'], [142.4, '142 ms'], [1_540, '1.5 s']])('%d ms is %s', (ms, text) => expect(formatMs(ms)).toBe(text));
  test.each([[0, '0 kbit/s'], [63_800, '64 kbit/s'], [999_900, '1.0 Mbit/s'], [1_240_000, '1.2 Mbit/s'], [24_100_000, '24 Mbit/s']])('%d bit/s are %s', (rate, text) =>
    expect(formatBitrate(rate)).toBe(text));
  test.each([[900, '900 B'], [64_300, '64 kB'], [1_520_000, '1.5 MB']])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  test.each([[0, '0'], [7.46, '7.5'], [14.8, '15']])('%d is %s', (value, text) => expect(formatCount(value)).toBe(text));
});

import { expect, test } from 'vitest';
import type { UiStatsSample } from '../protocol/messages.g.ts';
import { keptSamples, StatsFeed } from './statsFeed.ts';

const samples = (...ats: number[]) => ats.map((at) => ({ at }) as UiStatsSample);
const ats = (feed: StatsFeed, now = 0) => feed.take(now)?.map((s) => s.at);

test('ten minutes are kept, the oldest go', () => {
  const feed = new StatsFeed();
  for (let i = 0; i < keptSamples + 50; i++) feed.add(false, samples(i));
  const kept = ats(feed);
  expect(kept?.length).toBe(keptSamples);
  expect(kept?.[0]).toBe(50);
});

test('a reset replaces what is known', () => {
  const feed = new StatsFeed();
  feed.add(false, samples(5, 6));
  feed.add(true, samples(1, 2));
  expect(ats(feed)).toEqual([1, 2]);
});

test('time runs forward only: what comes twice or late is left out', () => {
  const feed = new StatsFeed();
  feed.add(true, samples(1, 2, 3));
  feed.add(false, samples(2, 3, 4));
  expect(ats(feed)).toEqual([1, 2, 3, 4]);
});

test('the same is not given twice, and nothing faster than ten times a second', () => {
  const feed = new StatsFeed();
  feed.add(false, samples(1));
  expect(ats(feed, 1_000)).toEqual([1]);
  expect(ats(feed, 2_000)).toBeUndefined();
  feed.add(false, samples(2));
  expect(ats(feed, 2_000)).toEqual([1, 2]);
  feed.add(false, samples(3));
  expect(ats(feed, 2_099)).toBeUndefined();
  expect(ats(feed, 2_100)).toEqual([1, 2, 3]);
});

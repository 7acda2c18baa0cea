import { expect, test } from 'vitest';
import { TileOrder, type Placed } from './order.ts';

const people = (...ids: string[]): Placed[] => ids.map((id) => ({ id, isMe: id === 'me' }));
/** The first page of three: two others and oneself. */
const first = (ordered: readonly Placed[]) => [...ordered.filter((p) => !p.isMe).slice(0, 2), ...ordered.filter((p) => p.isMe)];
const ids = (list: readonly Placed[]) => list.map((p) => p.id).join('');

const five = people('me', 'a', 'b', 'c', 'd');

test('who speaks on the page that is seen stays there', () => {
  const order = new TileOrder();
  expect(ids(order.arrange(five, null, 0, first))).toBe('meabcd');
  expect(ids(order.arrange(five, 'b', 0, first))).toBe('meabcd');
  expect(ids(order.arrange(five, 'a', 0, first))).toBe('meabcd');
});

test('who speaks elsewhere changes places with whoever was silent for longest, and nobody else moves', () => {
  const order = new TileOrder();
  order.arrange(five, 'a', 0, first);
  expect(ids(order.arrange(five, 'd', 0, first))).toBe('meadcb');
  expect(ids(order.arrange(five, 'd', 0, first))).toBe('meadcb');
  expect(ids(order.arrange(five, 'c', 0, first))).toBe('mecdab');
});

test('silence moves nobody back', () => {
  const order = new TileOrder();
  order.arrange(five, 'd', 0, first);
  expect(ids(order.arrange(five, null, 0, first))).toBe('medbca');
});

test('oneself speaking moves nobody', () => {
  const order = new TileOrder();
  expect(ids(order.arrange(five, 'me', 0, (ordered) => ordered.filter((p) => !p.isMe).slice(2)))).toBe('meabcd');
});

test('those who come stand at the end, those who go leave the others in their order', () => {
  const order = new TileOrder();
  order.arrange(five, 'd', 0, first);
  expect(ids(order.arrange(people('me', 'b', 'c', 'd', 'e'), 'd', 0, first))).toBe('medbce');
  expect(ids(order.arrange(people('me', 'b'), 'gone', 0, first))).toBe('meb');
});

test('alone on the page one is not replaced', () => {
  const order = new TileOrder();
  expect(ids(order.arrange(people('me', 'a'), 'a', 0, (ordered) => ordered.filter((p) => p.isMe)))).toBe('mea');
});

test('turning the page brings nobody after one; whoever speaks next is shown', () => {
  const second = (ordered: readonly Placed[]) => ordered.filter((p) => !p.isMe).slice(2);
  const order = new TileOrder();
  order.arrange(five, 'a', 0, first);
  expect(ids(order.arrange(five, 'a', 1, second))).toBe('meabcd');
  expect(ids(order.arrange(five, 'a', 1, second))).toBe('meabcd');
  expect(ids(order.arrange(five, 'b', 1, second))).toBe('meacbd');
});

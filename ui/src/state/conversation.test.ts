import { beforeEach, describe, expect, test } from 'vitest';
import type { UiChatMessage } from '../protocol/messages.g.ts';
import { Conversation, type TabMemory } from './conversation.ts';

let stored: string | undefined;
let ids: number;
const memory: TabMemory = { read: () => stored, write: (text) => (stored = text) };
const message = (id: number, from: string, change: Partial<UiChatMessage> = {}): UiChatMessage => ({
  id, kind: 'text', from, name: from.toUpperCase(), text: `text ${id}`, at: id, to: null, toName: null, clientId: null, ...change,
});

/** A page that comes into a meeting; the history may come before or after its snapshot. */
function arrive(history: readonly UiChatMessage[] = [], isHistoryFirst = false, me = 'me'): Conversation {
  const chat = new Conversation(memory, () => `line ${++ids}`);
  if (isHistoryFirst) chat.onLines(true, false, history);
  chat.enter('meeting', me);
  if (!isHistoryFirst) chat.onLines(true, false, history);
  return chat;
}

const write = (chat: Conversation, text: string, now = 0) => {
  chat.write(text);
  return chat.post(now);
};
const texts = (chat: Conversation) => chat.snapshot.lines.map((l) => `${l.text} ${l.state}`);
const unread = (chat: Conversation) => [chat.snapshot.unread, chat.snapshot.unreadPrivate];

beforeEach(() => {
  stored = undefined;
  ids = 0;
});

describe('lines', () => {
  test('are in the order of their numbers, each once, whenever they come', () => {
    const chat = arrive([message(5, 'a'), message(7, 'a')]);
    chat.onLines(false, false, [message(9, 'b'), message(7, 'a')]);
    chat.onLines(false, true, [message(1, 'a'), message(3, 'a')]);
    expect(chat.snapshot.hasOlder).toBe(true);
    chat.onLines(false, false, [message(8, 'b')]);
    expect(chat.snapshot.lines.map((l) => l.id)).toEqual([1, 3, 5, 7, 8, 9]);
    // What comes with a new line says nothing of the old ones.
    expect(chat.snapshot.hasOlder).toBe(true);
    chat.onLines(false, false, []);
    expect(chat.snapshot.hasOlder).toBe(false);
  });

  test('are two thousand at most, the newest', () => {
    const chat = arrive(Array.from({ length: 2_100 }, (_, i) => message(i + 1, 'a')));
    expect(chat.snapshot.lines.length).toBe(2_000);
    expect(chat.snapshot.lines.at(-1)?.id).toBe(2_100);
  });

  test('that have not changed are the same objects, so that they are not drawn again', () => {
    const chat = arrive([message(1, 'a')]);
    const before = chat.snapshot.lines[0];
    chat.onLines(false, false, [message(2, 'a')]);
    expect(chat.snapshot.lines[0]).toBe(before);
  });

  test('of the server are nobody’s words', () => {
    const chat = arrive();
    expect(chat.onLines(false, false, [message(1, 'b', { kind: 'joined', text: '' })])).toEqual([]);
    expect(unread(chat)).toEqual([0, 0]);
  });
});

describe('what is unread', () => {
  test.each([true, false])('is nothing of what was written before one came (history first: %s)', (isHistoryFirst) => {
    const chat = arrive([message(1, 'a'), message(2, 'b', { to: 'me' })], isHistoryFirst);
    expect(unread(chat)).toEqual([0, 0]);
    chat.onLines(false, false, [message(3, 'a'), message(4, 'b', { to: 'me' }), message(5, 'me')]);
    expect(unread(chat)).toEqual([1, 1]);
  });

  test.each([true, false])('is the first line of an empty meeting (history first: %s)', (isHistoryFirst) => {
    const chat = arrive([], isHistoryFirst);
    chat.onLines(false, false, [message(3, 'a')]);
    expect(unread(chat)).toEqual([1, 0]);
  });

  test('is marked where one begins to read', () => {
    const chat = arrive([message(1, 'a')]);
    chat.onLines(false, false, [message(2, 'a'), message(3, 'a')]);
    chat.setOpen(true);
    expect(unread(chat)).toEqual([0, 0]);
    expect(chat.snapshot.readUntil).toBe(1);
    chat.setOpen(false);
    chat.setOpen(true);
    expect(chat.snapshot.readUntil).toBe(0);
  });

  test('is what came while the connection was lost, even more than fits', () => {
    const chat = arrive([message(1, 'a')]);
    chat.onLines(true, true, [message(50, 'a'), message(51, 'a')]);
    expect(unread(chat)).toEqual([2, 0]);
  });

  test('outlives a reload', () => {
    const chat = arrive([message(1, 'a')]);
    chat.onLines(false, false, [message(2, 'a')]);
    expect(unread(arrive([message(1, 'a'), message(2, 'a')]))).toEqual([1, 0]);
  });
});

describe('a line of one’s own', () => {
  test('is sending until it comes back, and is the same line then', () => {
    const chat = arrive();
    expect(write(chat, '  hello  ', 7)).toMatchObject({ id: 'line 1', text: 'hello', to: null, at: 7 });
    expect(chat.snapshot.draft).toBe('');
    expect(chat.snapshot.lines).toMatchObject([{ key: 'line 1', id: undefined, state: 'sending', isMine: true }]);
    chat.onLines(false, false, [message(4, 'me', { clientId: 'line 1', text: 'hello' })]);
    expect(chat.snapshot.lines).toMatchObject([{ key: 'line 1', id: 4, state: 'sent', isMine: true }]);
    expect(chat.waiting).toEqual([]);
  });

  test('is not answered by somebody else’s line of the same id', () => {
    const chat = arrive();
    write(chat, 'hello');
    chat.onLines(false, false, [message(4, 'a', { clientId: 'line 1' })]);
    expect(chat.waiting.length).toBe(1);
  });

  test('that failed is sent after all when the server says so', () => {
    const chat = arrive();
    write(chat, 'slow');
    chat.onFailed('line 1', 'notRecorded');
    expect(texts(chat)).toEqual(['slow failed']);
    chat.onLines(false, false, [message(4, 'me', { clientId: 'line 1', text: 'slow' })]);
    expect(texts(chat)).toEqual(['slow sent']);
  });

  test('is nothing without words, with too many, or without a meeting', () => {
    const chat = arrive();
    expect(write(chat, '  \n ')).toBeUndefined();
    expect(write(chat, 'x'.repeat(4_001))).toBeUndefined();
    expect(chat.snapshot.draft.length).toBe(4_001);
    expect(write(chat, 'x'.repeat(4_000))).toBeDefined();
    expect(write(new Conversation(memory, () => ''), 'hello')).toBeUndefined();
  });

  test('and what is half written outlive a reload, to the same people', () => {
    const chat = arrive();
    chat.address({ id: 'b', name: 'B' });
    write(chat, 'on its way');
    write(chat, 'refused');
    chat.onFailed('line 2', 'gone');
    chat.write('half a sent');

    const again = arrive([message(3, 'a')]);
    expect(texts(again)).toEqual(['text 3 sent', 'on its way sending', 'refused failed']);
    expect(again.snapshot).toMatchObject({ draft: 'half a sent', to: { id: 'b', name: 'B' } });
    expect(again.waiting.map((w) => w.id)).toEqual(['line 1']);
  });

  test('that arrived while the page reloaded is known', () => {
    write(arrive(), 'on its way');
    const again = arrive([message(3, 'me', { clientId: 'line 1', text: 'on its way' })]);
    expect(texts(again)).toEqual(['on its way sent']);
    expect(again.waiting).toEqual([]);
  });

  test('that was not sent before one left is for its writer to decide', () => {
    const chat = arrive();
    write(chat, 'too late');
    expect(chat.leave()).toBe(1);
    const again = arrive([], false, 'me again');
    expect(again.waiting).toEqual([]);
    expect(again.snapshot.lines).toMatchObject([{ text: 'too late', state: 'failed', failure: 'left' }]);
    expect(again.retry(9, 'line 1')).toMatchObject({ id: 'line 1', text: 'too late' });
  });

  test('and drafts of another meeting stay there', () => {
    const chat = arrive();
    chat.write('a secret of this meeting');
    chat.address({ id: 'b', name: 'B' });
    write(chat, 'unsent');
    chat.leave();
    const other = new Conversation(memory, () => 'x');
    other.enter('another meeting', 'me');
    expect(other.snapshot).toMatchObject({ lines: [], draft: '', to: undefined });
  });

  test('a memory that makes no sense is none', () => {
    for (const text of ['', '{', 'null', '7', '{"meeting":"meeting"}']) {
      stored = text;
      expect(arrive().snapshot).toMatchObject({ lines: [], draft: '' });
    }
  });
});

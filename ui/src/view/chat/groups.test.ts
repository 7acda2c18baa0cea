import { describe, expect, test } from 'vitest';
import type { ChatLine } from '../../state/conversation.ts';
import { rowsOf } from './groups.ts';
import { drawnOf, further, mostLines, tailLines } from './window.ts';

const noon = new Date(2026, 5, 15, 12).getTime();
const line = (id: number, from: string, seconds: number, change: Partial<ChatLine> = {}): ChatLine => ({
  key: String(id), id, kind: 'text', from, name: from, isMine: from === 'me', text: '', at: noon + seconds * 1_000, to: null, toName: '', state: 'sent', failure: undefined, ...change,
});
const said = (lines: readonly ChatLine[], readUntil = 0) => rowsOf(lines, readUntil).map((r) => (r.kind === 'group' ? r.lines.map((l) => l.id).join(' ') : r.kind));

describe('the rows of the chat', () => {
  test('put lines of one person that follow closely under one name', () => {
    expect(said([line(1, 'a', 0), line(2, 'a', 1), line(3, 'b', 2), line(4, 'a', 3), line(5, 'a', 200)])).toEqual(['day', '1 2', '3', '4', '5']);
  });

  test('never put private and public lines under one name', () => {
    expect(said([line(1, 'a', 0), line(2, 'a', 1, { to: 'me' }), line(3, 'a', 2, { to: 'me' }), line(4, 'a', 3)])).toEqual(['day', '1', '2 3', '4']);
    expect(said([line(1, 'me', 0, { to: 'a' }), line(2, 'me', 1, { to: 'b' })])).toEqual(['day', '1', '2']);
  });

  test('begin anew at each day and at what the server says', () => {
    expect(said([line(1, 'a', -40_000), line(2, 'a', -39_999), line(3, 'a', 80_000), line(4, 'b', 80_001, { kind: 'joined' }), line(5, 'a', 80_002)])).toEqual([
      'day', '1 2', 'day', '3', 'event', '5',
    ]);
  });

  test('mark the first line that was not read, which is somebody else’s', () => {
    expect(said([line(1, 'a', 0), line(2, 'me', 1), line(3, 'b', 2, { kind: 'left' }), line(4, 'a', 3), line(5, 'a', 4)], 1)).toEqual(['day', '1', '2', 'event', 'unread', '4 5']);
    expect(said([line(1, 'a', 0)], 1)).toEqual(['day', '1']);
  });
});

describe('what is drawn', () => {
  const lines = Array.from({ length: 1_000 }, (_, i) => line(i, 'a', i));

  test('is the end of the list, and further up as many as anybody reads', () => {
    expect(drawnOf(lines, undefined).length).toBe(tailLines);
    expect(drawnOf(lines, undefined).at(-1)?.id).toBe(999);
    expect(drawnOf(lines, '300').map((l) => l.id)).toEqual(Array.from({ length: mostLines }, (_, i) => 300 + i));
    expect(drawnOf(lines, '950').length).toBe(50);
    expect(drawnOf(lines, 'gone').at(-1)?.id).toBe(999);
  });

  test('grows upward step by step to the first line', () => {
    let drawn = drawnOf(lines, undefined);
    const firsts: (string | undefined)[] = [];
    for (let i = 0; i < 11; i++) {
      firsts.push(further(lines, drawn));
      drawn = drawnOf(lines, firsts.at(-1));
    }
    expect(firsts.slice(0, 3)).toEqual(['800', '700', '600']);
    expect(firsts.at(-1)).toBe('0');
    expect(further([], [])).toBeUndefined();
  });
});

import { expect, test } from 'vitest';
import type { UiProblem } from '../protocol/messages.g.ts';
import { endReasonWords } from '../protocol/messages.g.ts';
import { t } from '../text/index.ts';
import { waysOn } from './over/ways.ts';
import { formatElapsed, initials, nameHue } from './words.ts';

test.each([
  [0, '0:00'],
  [7_900, '0:07'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
])('%d ms is read as %s', (ms, text) => expect(formatElapsed(ms)).toBe(text));

test.each([
  ['Anna Lindqvist', 'AL'],
  ['anna', 'A'],
  ['Anna Lindqvist (2)', 'AL'],
  ['Maria del Carmen', 'MC'],
  ['محمد علي', 'مع'],
  ['王小明', '王'],
  ['🙂', ''],
  ['', ''],
])('%j has the initials %j', (name, letters) => expect(initials(name)).toBe(letters));

test('a name always has the same hue, and names differ', () => {
  expect(nameHue('Anna')).toBe(nameHue('Anna'));
  expect(new Set(['Anna', 'Tomás', 'Priya', 'Jonas', 'Mei', 'Clara', 'Igor', 'Sam'].map(nameHue)).size).toBeGreaterThan(4);
});

test.each(endReasonWords)('the end %s has a sentence and a way on', (reason) => {
  const problem: UiProblem = { reason, server: 'ship:5000', code: '482913', retryAfterMs: null, detail: null };
  expect(t.problem[reason].title).not.toBe('');
  expect(t.problem[reason].sentence).not.toBe('');
  expect(waysOn(problem)).toContain('lobby');
  expect(waysOn({ ...problem, server: null, code: null }).filter((w) => w !== 'trust')).toEqual(['lobby']);
});

import { describe, expect, test } from 'vitest';
import { pagesOf, placeTiles, tilesPerPage } from './layout.ts';

const wide = { width: 1_280, height: 640, gap: 12 };

describe('tiles on the stage', () => {
  test.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 2, 2],
    [4, 2, 2],
    [5, 3, 2],
    [6, 3, 2],
    [7, 3, 3],
    [9, 3, 3],
  ])('%i people stand in %i columns and %i rows on a wide stage', (count, columns, rows) => {
    const tiles = placeTiles(count, wide.width, wide.height, wide.gap);
    expect(new Set(tiles.map((t) => t.y)).size).toBe(rows);
    expect(tiles.filter((t) => t.y === tiles[0]?.y).length).toBe(columns);
  });

  test('two people stand above each other on a phone', () => {
    const [first, second] = placeTiles(2, 360, 560, 8);
    expect(first?.x).toBe(second?.x);
    expect(first?.width).toBe(360);
  });

  test.each(Array.from({ length: 9 }, (_, i) => i + 1))('%i tiles keep 16:9, stay inside, do not overlap and are centred', (count) => {
    for (const [width, height] of [[1_280, 640], [360, 560], [3_840, 1_900], [800, 300]] as const) {
      const tiles = placeTiles(count, width, height, 8);
      expect(tiles.length).toBe(count);
      for (const tile of tiles) {
        expect(Math.abs(tile.width / tile.height - 16 / 9)).toBeLessThan(0.05);
        expect(tile.x).toBeGreaterThanOrEqual(0);
        expect(tile.y).toBeGreaterThanOrEqual(0);
        expect(tile.x + tile.width).toBeLessThanOrEqual(width + 1);
        expect(tile.y + tile.height).toBeLessThanOrEqual(height + 1);
      }

      for (const a of tiles) {
        for (const b of tiles) {
          if (a === b) continue;
          expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
        }
      }

      const lastRow = tiles.filter((t) => t.y === tiles.at(-1)?.y);
      const left = lastRow[0]?.x ?? 0;
      const right = width - (lastRow.at(-1)?.x ?? 0) - (lastRow.at(-1)?.width ?? 0);
      expect(Math.abs(left - right)).toBeLessThanOrEqual(2);
    }
  });

  test('a stage without a size has no tiles', () => expect(placeTiles(4, 0, 0, 8)).toEqual([]));
});

describe('pages', () => {
  const people = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i, isMe: i === 0 }));

  test('nine fit on one page of a wide stage, fewer on a phone', () => {
    expect(tilesPerPage(1_280, 640, 12)).toBe(9);
    expect(tilesPerPage(360, 560, 8)).toBe(9);
    expect(tilesPerPage(344, 400, 8)).toBeLessThan(9);
    expect(tilesPerPage(100, 60, 8)).toBe(1);
  });

  test('oneself is last on the first page', () => {
    const pages = pagesOf(people(12), 9);
    expect(pages.map((p) => p.length)).toEqual([9, 3]);
    expect(pages[0]?.at(-1)?.isMe).toBe(true);
    expect(pages.flat().length).toBe(12);
  });

  test('one tile a page shows oneself first', () => expect(pagesOf(people(3), 1).map((p) => p.map((x) => x.id))).toEqual([[0], [1], [2]]));

  test('without oneself every page is full of others', () => {
    const pages = pagesOf([{ isMe: false }, { isMe: false }, { isMe: false }], 2);
    expect(pages.map((p) => p.length)).toEqual([2, 1]);
  });
});

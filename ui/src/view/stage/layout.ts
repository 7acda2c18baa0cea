/** How the tiles of a page of people stand on the stage. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const aspect = 16 / 9;
const mostTiles = 9;
const leastTileWidth = 148;

/** How many tiles one page of the stage holds: nine, fewer where they would become too small to see a face. */
export function tilesPerPage(width: number, height: number, gap: number): number {
  for (const count of [mostTiles, 6, 4, 2]) {
    if (tileSize(count, width, height, gap).width >= leastTileWidth) return count;
  }

  return 1;
}

/** Places tiles so that they are as large as can be; every row, the last one too, is centred. */
export function placeTiles(count: number, width: number, height: number, gap: number): Rectangle[] {
  if (count === 0 || width <= 0 || height <= 0) return [];
  const { columns, width: tileWidth, height: tileHeight } = tileSize(count, width, height, gap);
  const rows = Math.ceil(count / columns);
  const top = (height - rows * tileHeight - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (width - inRow * tileWidth - (inRow - 1) * gap) / 2;
    return {
      x: Math.round(left + (i % columns) * (tileWidth + gap)),
      y: Math.round(top + row * (tileHeight + gap)),
      width: Math.floor(tileWidth),
      height: Math.floor(tileHeight),
    };
  });
}

function tileSize(count: number, width: number, height: number, gap: number): { columns: number; width: number; height: number } {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const widest = Math.min((width - (columns - 1) * gap) / columns, ((height - (rows - 1) * gap) / rows) * aspect);
    if (widest > best.width) best = { columns, width: widest, height: widest / aspect };
  }

  return best;
}

/** Splits people into pages. Oneself is the last tile of the first page, so that one is always seen there. */
export function pagesOf<T extends { readonly isMe: boolean }>(participants: readonly T[], perPage: number): T[][] {
  const others = participants.filter((p) => !p.isMe);
  const me = participants.filter((p) => p.isMe);
  const room = Math.max(1, perPage - me.length);
  const first = perPage <= me.length ? [...me] : [...others.slice(0, room), ...me];
  const rest = perPage <= me.length ? others : others.slice(room);
  const pages = [first];
  for (let i = 0; i < rest.length; i += perPage) pages.push(rest.slice(i, i + perPage));
  return pages;
}

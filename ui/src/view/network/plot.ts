import uPlot from 'uplot';
import { t } from '../../text/index.ts';
import type { Range } from './columns.ts';
import type { Graph, Line } from './graphs.ts';

export const plotHeight = 108;

/** Charts with one key share their crosshair. */
const crosshair = uPlot.sync('parley-network');

/**
 * Draws a graph; the caller gives it data and takes it away.
 * @param width Pixels; not read here, because six charts that each ask for the layout would each make it.
 * @param range Seconds shown; asked at each drawing.
 * @param onPoint Told where on the time axis the crosshair is, null when nowhere.
 */
export function makePlot(element: HTMLElement, width: number, graph: Graph, range: () => Range, onPoint: (index: number | null) => void): uPlot {
  return new uPlot(
    {
      width,
      height: plotHeight,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 6 },
        sync: { key: crosshair.key, scales: ['x', null] },
      },
      scales: {
        x: { time: false, range: () => [-range(), 0] },
        y: { range: (_, __, max) => [0, Math.max(graph.leastTop, (max ?? 0) * 1.15)] },
      },
      axes: [
        {
          stroke: () => colour('--text-soft'),
          font: font(),
          size: 22,
          gap: 4,
          grid: { show: false },
          ticks: { show: false },
          splits: () => timeSplits(range()),
          values: (_, splits) => splits.map((x) => timeTick(x, range() > 60)),
        },
        {
          stroke: () => colour('--text-soft'),
          font: font(),
          size: 34,
          gap: 4,
          space: 26,
          grid: { stroke: () => colour('--line'), width: 1 },
          ticks: { show: false },
          values: (_, splits) => splits.map(graph.tick),
        },
      ],
      series: [{}, ...graph.lines.map((line) => series(line))],
      hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
    },
    [[]],
    element,
  );
}

function series(line: Line): uPlot.Series {
  const token = { first: '--graph-1', second: '--graph-2', limit: '--graph-limit' }[line.style];
  return {
    label: line.label,
    stroke: () => colour(token),
    width: line.style === 'limit' ? 1.25 : 1.75,
    points: { show: false },
    spanGaps: false,
    ...(line.style === 'first' ? { fill: () => colour('--graph-1-fill') } : {}),
    ...(line.style === 'limit' ? { dash: [5, 4] } : {}),
  };
}

const colours = new Map<string, string>();

/** The theme may change while a chart lives: colours are asked for at each drawing, and computed once for each theme. */
function colour(token: string): string {
  const key = `${document.documentElement.dataset['theme']} ${token}`;
  const known = colours.get(key) ?? getComputedStyle(document.documentElement).getPropertyValue(token);
  colours.set(key, known);
  return known;
}

function font(): string {
  const { fontFamily } = getComputedStyle(document.body);
  return `11px ${fontFamily}`;
}

function timeSplits(range: Range): number[] {
  const step = range === 60 ? 20 : range === 300 ? 60 : 120;
  return Array.from({ length: range / step + 1 }, (_, i) => -range + i * step);
}

/** Seconds before now as a label, in whole minutes where that is wanted and possible. */
export function timeTick(x: number, isMinutes: boolean): string {
  const seconds = Math.round(-x);
  if (seconds === 0) return t.network.now;
  return !isMinutes || seconds % 60 !== 0 ? `${seconds} s` : `${seconds / 60} min`;
}

import { describe, expect, test } from 'vitest';
import type { UiLatency, UiParticipant, UiPersonStats, UiStatsSample } from '../../protocol/messages.g.ts';
import { columnsOf, extremes, momentsOf } from './columns.ts';
import { connectionGraphs, personGraphs, rateFps } from './graphs.ts';
import { latencyBudget } from './latency.ts';
import { reportCsv, reportText, type ReportSource } from './report.ts';

const latency: UiLatency = { capture: 12, packet: 10, network: 3, jitterBuffer: 20, mix: 15, playout: 40 };
const sample = (at: number, change: Partial<UiStatsSample> = {}): UiStatsSample => ({
  at, rttMs: 5, lossUp: 0, lossDown: 0, jitterUpMs: 1, jitterDownMs: 1, fpsSent: 15, fpsReceived: 30, bitrateUp: 1e6, bitrateDown: 2e6,
  targetUp: 4e6, congestionWindow: null, slowStartThreshold: null, concealedMs: 0, latency, people: [], ...change,
});
const seconds = (count: number, change: (i: number) => Partial<UiStatsSample> = () => ({})) =>
  Array.from({ length: count }, (_, i) => sample(50_000 + i * 1_000, change(i)));
const person = (id: string, change: Partial<UiPersonStats> = {}): UiPersonStats => ({
  id, codec: 'h264', width: 640, height: 360, fps: 15, bitrate: 600_000, framesLost: 0, freezeMs: 0, latencyMs: 80, ...change,
});
const graph = (key: string) => connectionGraphs.find((g) => g.key === key) ?? expect.fail(key);

describe('the time axis', () => {
  test('ends with the newest sample and holds the range', () => {
    const xs = momentsOf(seconds(200), 60).map((m) => m.x);
    expect(xs.length).toBe(61);
    expect(xs[0]).toBe(-60);
    expect(xs.at(-1)).toBe(0);
  });

  test('breaks the line where samples are missing, and only there', () => {
    const [a, b] = [seconds(3), seconds(3).map((s) => ({ ...s, at: s.at + 20_000 }))];
    const [xs, ys] = columnsOf(momentsOf([...a, ...b], 60), graph('rtt').lines);
    expect(ys).toEqual([5, 5, 5, null, 5, 5, 5]);
    expect(xs).toEqual([...xs].sort((x, y) => x - y));
  });

  test('of nothing is empty', () => expect(momentsOf([], 300)).toEqual([]));
});

describe('graphs', () => {
  test('are six, of the connection and of a person', () => {
    expect(connectionGraphs.map((g) => g.key)).toEqual(['rtt', 'loss', 'jitter', 'fps', 'bitrate', 'window']);
    expect(personGraphs('p1').length).toBe(6);
  });

  test('loss is drawn in percent, up and down', () => {
    const [, up, down] = columnsOf(momentsOf([sample(0, { lossUp: 0.06, lossDown: 0.5 })], 60), graph('loss').lines);
    expect(up).toEqual([6]);
    expect(down).toEqual([50]);
    expect(graph('loss').format(6)).toBe('6.0 %');
  });

  test('the window with its threshold is empty until files come, and says so', () => {
    const columns = columnsOf(momentsOf(seconds(5), 60), graph('window').lines);
    expect(columns.slice(1).map((c) => extremes(c as (number | null)[]))).toEqual([undefined, undefined]);
    expect(graph('window').empty).toBe('Comes with file transfers');
  });

  test('of a person are gaps while the person is not there', () => {
    const samples = [sample(1_000), sample(2_000, { people: [person('p1', { fps: 7 })] })];
    const fps = personGraphs('p1').find((g) => g.key === 'personFps') ?? expect.fail();
    expect(columnsOf(momentsOf(samples, 60), fps.lines)[1]).toEqual([null, 7]);
  });

  test.each([[15, 'good'], [10, 'good'], [9.9, 'fair'], [5, 'fair'], [4.9, 'poor'], [0, 'poor']] as const)('%d pictures a second are %s', (fps, rating) =>
    expect(rateFps(fps)).toBe(rating));
});

describe('mouth to ear', () => {
  test('is the sum of its parts as they are shown', () => {
    const budget = latencyBudget(seconds(5, () => ({ latency: { capture: 12.4, packet: 10.4, network: 3.4, jitterBuffer: 20.4, mix: 15.4, playout: 40.4 } })));
    expect(budget?.total).toBe(100);
    expect(budget?.parts.map((p) => p.milliseconds)).toEqual([12, 10, 3, 20, 15, 40]);
    expect(budget?.isComplete).toBe(true);
  });

  test('is the mean of the last five seconds', () => {
    expect(latencyBudget(seconds(20, (i) => ({ latency: { ...latency, playout: i < 15 ? 500 : i } })))?.parts.at(-1)?.milliseconds).toBe(17);
  });

  test('says what is missing instead of taking it for nothing', () => {
    const budget = latencyBudget([sample(0, { latency: { ...latency, mix: null } })]);
    expect(budget?.isComplete).toBe(false);
    expect(budget?.parts.find((p) => p.part === 'mix')?.milliseconds).toBeNull();
    expect(budget?.total).toBe(85);
  });

  test('is not told while nobody is heard', () => {
    expect(latencyBudget([])).toBeUndefined();
    expect(latencyBudget([sample(0, { latency: { ...latency, capture: null, jitterBuffer: null, mix: null, playout: null } })])).toBeUndefined();
    expect(latencyBudget([sample(0), ...seconds(4, () => ({ latency: { ...latency, jitterBuffer: null } }))])?.total).toBe(100);
  });
});

describe('the report', () => {
  const source = (samples: readonly UiStatsSample[], name = 'Anna "A", Lindqvist'): ReportSource => ({
    samples,
    participants: [{ id: 'p1', name } as UiParticipant],
    network: undefined,
    impairment: 'loss=6%',
    toWall: (at) => at + 1_000_000,
  });

  test('as a table has a row for each second, empty fields for what was not measured, and quotes what needs it', () => {
    const csv = reportCsv(source([sample(0, { rttMs: null }), sample(1_000, { lossUp: 0.061234567, people: [person('p1')] })]));
    const lines = csv.split('\r\n');
    expect(lines.length).toBe(4);
    expect(lines[0]).toContain('time,rttMs,lossUp');
    expect(lines[0]).toContain('"fps Anna ""A"", Lindqvist"');
    expect(lines[1]).toMatch(/^1970-01-01T00:16:40\.000Z,,0,0,/);
    expect(lines[1]).toMatch(/,,,,,$/);
    expect(lines[2]).toContain(',0.0612,');
    expect(lines[2]).toMatch(/,15,600000,360,0,0,80$/);
    expect(new Set(lines.slice(1, 3).map((l) => l.split(',').length)).size).toBe(1);
  });

  test('as text names every graph, the budget, the simulation and the people', () => {
    const text = reportText(source([sample(0, { people: [person('p1')] })], 'Anna'));
    for (const wanted of ['Round trip: now 5 ms', 'Up: now 0 %', 'Comes with file transfers', 'about 100 ms', 'loss=6%', 'Anna: 640×360 H.264']) expect(text).toContain(wanted);
  });

  test('of nothing is still a report', () => {
    expect(reportText(source([]))).toContain('Not measured');
    expect(reportCsv(source([])).split('\r\n').length).toBe(2);
  });
});

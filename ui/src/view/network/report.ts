import type { NetworkMeasured, UiParticipant, UiStatsSample } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { diagnose } from '../../text/quality.ts';
import { formatBitrate } from '../../text/quantities.ts';
import { extremes } from './columns.ts';
import { connectionGraphs } from './graphs.ts';
import { latencyBudget, latencyParts } from './latency.ts';

/** What a report is made of. */
export interface ReportSource {
  readonly samples: readonly UiStatsSample[];
  readonly participants: readonly UiParticipant[];
  readonly network: NetworkMeasured | undefined;
  readonly impairment: string;
  /** An agent's time as calendar time, milliseconds since 1970. */
  readonly toWall: (at: number) => number;
}

/** The numbers as lines of text, to be pasted into a message. */
export function reportText({ samples, participants, network, impairment, toWall }: ReportSource): string {
  const newest = samples.at(-1);
  const lines: string[] = [t.network.report.title(newest === undefined ? '' : new Date(toWall(newest.at)).toISOString())];
  if (network !== undefined) {
    const { title, cause, advice } = diagnose(network.quality, impairment !== '');
    lines.push(`${title}. ${cause} ${advice}`.trim());
  }

  if (impairment !== '') lines.push(t.network.report.impaired(impairment));
  for (const graph of connectionGraphs) {
    const values = graph.lines.flatMap((line) => {
      const found = extremes(samples.map(line.pick));
      if (found === undefined) return [];
      const now = found.now === null ? t.network.notMeasured : graph.format(found.now);
      return [t.network.graphValue(line.label, now, graph.format(found.most)).replace(/^: /, '')];
    });
    lines.push(`${t.network.graphs[graph.key].title}: ${values.length === 0 ? graph.empty : values.join('; ')}`);
  }

  const budget = latencyBudget(samples);
  if (budget !== undefined) {
    const parts = budget.parts.map((p) => `${t.network.latency.parts[p.part].title} ${p.milliseconds === null ? t.network.notMeasured : `${p.milliseconds} ms`}`);
    lines.push(`${t.network.latency.title}: ${t.network.latency.estimate(budget.total, budget.isComplete)} (${parts.join(', ')})`);
  }

  for (const person of newest?.people ?? []) {
    const name = participants.find((p) => p.id === person.id)?.name;
    if (name !== undefined) lines.push(`${name}: ${person.width}×${person.height} ${person.codec === null ? '' : t.settings.codecs[person.codec].title} ${person.fps.toFixed(1)}/s ${formatBitrate(person.bitrate)}`);
  }

  return `${lines.join('\n')}\n`;
}

const personColumns = ['fps', 'bitrate', 'height', 'framesLost', 'freezeMs', 'latencyMs'] as const;

/** All that is recorded as a table (RFC 4180): a row for each second, columns for the connection, the latency and each person. */
export function reportCsv({ samples, participants, toWall }: ReportSource): string {
  const ids = [...new Set(samples.flatMap((s) => s.people.map((p) => p.id)))];
  const nameOf = (id: string) => participants.find((p) => p.id === id)?.name ?? id;
  const header = [
    'time', 'rttMs', 'lossUp', 'lossDown', 'jitterUpMs', 'jitterDownMs', 'fpsSent', 'fpsReceived', 'bitrateUp', 'bitrateDown', 'targetUp',
    'congestionWindow', 'slowStartThreshold', 'concealedMs',
    ...latencyParts.map((part) => `latency ${part}`),
    ...ids.flatMap((id) => personColumns.map((column) => `${column} ${nameOf(id)}`)),
  ];
  const rows = samples.map((s) => [
    new Date(toWall(s.at)).toISOString(), s.rttMs, s.lossUp, s.lossDown, s.jitterUpMs, s.jitterDownMs, s.fpsSent, s.fpsReceived, s.bitrateUp,
    s.bitrateDown, s.targetUp, s.congestionWindow, s.slowStartThreshold, s.concealedMs,
    ...latencyParts.map((part) => s.latency[part]),
    ...ids.flatMap((id) => {
      const person = s.people.find((p) => p.id === id);
      return personColumns.map((column) => person?.[column] ?? null);
    }),
  ]);
  return [header, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

/** What was not measured stays empty: a zero would be a lie. */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

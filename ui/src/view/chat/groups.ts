import type { ChatLine } from '../../state/conversation.ts';

/** What stands in the list of the chat, from top to bottom. */
export type ChatRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'event'; readonly key: string; readonly line: ChatLine }
  | MessageGroup;

/** Lines of one person to the same people that follow each other closely, shown under one name. */
export interface MessageGroup {
  readonly kind: 'group';
  readonly key: string;
  readonly first: ChatLine;
  readonly lines: readonly ChatLine[];
}

const togetherMs = 180_000;

/**
 * Puts lines under days and names.
 * @param lines Oldest first.
 * @param readUntil The number of the last line that was read when the chat was opened; 0 when there is nothing to mark.
 */
export function rowsOf(lines: readonly ChatLine[], readUntil = 0): ChatRow[] {
  const rows: ChatRow[] = [];
  let day = '';
  let group: (MessageGroup & { lines: ChatLine[] }) | undefined;
  let isMarked = readUntil === 0;
  for (const line of lines) {
    const dayOfLine = new Date(line.at).toDateString();
    if (dayOfLine !== day) {
      // The first day needs no saying while it is today; the view leaves it out.
      rows.push({ kind: 'day', key: `day ${dayOfLine}`, at: line.at });
      day = dayOfLine;
      group = undefined;
    }

    if (!isMarked && line.id !== undefined && line.id > readUntil && line.kind === 'text' && !line.isMine) {
      isMarked = true;
      rows.push({ kind: 'unread', key: 'unread' });
      group = undefined;
    }

    if (line.kind !== 'text') {
      rows.push({ kind: 'event', key: line.key, line });
      group = undefined;
    } else if (group !== undefined && belongsTo(group, line)) {
      group.lines.push(line);
    } else {
      group = { kind: 'group', key: line.key, first: line, lines: [line] };
      rows.push(group);
    }
  }

  return rows;
}

function belongsTo(group: MessageGroup, line: ChatLine): boolean {
  const last = group.lines.at(-1) ?? group.first;
  return group.first.from === line.from && group.first.to === line.to && (line.isMine || group.first.name === line.name) && line.at - last.at < togetherMs;
}

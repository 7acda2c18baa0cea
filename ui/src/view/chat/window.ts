import type { ChatLine } from '../../state/conversation.ts';

/** How many lines are drawn while one is at the end. */
export const tailLines = 100;

/** How many are drawn at most while one reads further up. */
export const mostLines = 400;

/**
 * The lines to draw: few enough that a hundred new ones a second cost nothing, and while somebody reads further up the ones they read stay.
 * @param lines All, oldest first.
 * @param first The key of the first line to draw; undefined for the last ones.
 */
export function drawnOf(lines: readonly ChatLine[], first: string | undefined): readonly ChatLine[] {
  const at = first === undefined ? -1 : lines.findIndex((l) => l.key === first);
  return at < 0 ? lines.slice(-tailLines) : lines.slice(at, at + mostLines);
}

/** The key of the first line to draw when so many more are wanted above. */
export function further(lines: readonly ChatLine[], drawn: readonly ChatLine[]): string | undefined {
  const first = drawn[0];
  const at = first === undefined ? 0 : lines.findIndex((l) => l.key === first.key);
  return lines[Math.max(0, at - tailLines)]?.key;
}

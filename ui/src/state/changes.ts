import type { UiParticipant, UiSnapshot } from '../protocol/messages.g.ts';

/** Something that happened to the meeting and is worth telling. */
export type Change =
  | { readonly key: 'asks' | 'joined' | 'left' | 'away' | 'back' | 'nowHost' | 'handRaised'; readonly name: string }
  | { readonly key: 'youAreHost' | 'handLowered' };

/**
 * Says who came, went, became host or raised a hand; what one did oneself needs no telling.
 * @param loweredHand Whether one has just lowered one's own hand.
 */
export function changesBetween(before: UiSnapshot, after: UiSnapshot, loweredHand: boolean): Change[] {
  const changes: Change[] = after.requests.filter((r) => !before.requests.some((b) => b.id === r.id)).map((r) => ({ key: 'asks', name: r.name }));
  const isHost = after.participants.some((p) => p.isMe && p.role === 'host');

  for (const participant of after.participants) {
    const was = before.participants.find((p) => p.id === participant.id);
    if (was === undefined) changes.push({ key: 'joined', name: participant.name });
    else changes.push(...changesOf(was, participant, isHost, loweredHand));
  }

  return [...changes, ...before.participants.filter((p) => !after.participants.some((a) => a.id === p.id)).map((p): Change => ({ key: 'left', name: p.name }))];
}

function changesOf(was: UiParticipant, is: UiParticipant, isHost: boolean, loweredHand: boolean): Change[] {
  if (is.isMe) {
    if (was.role !== is.role && is.role === 'host') return [{ key: 'youAreHost' }];
    return was.hand !== null && is.hand === null && !loweredHand ? [{ key: 'handLowered' }] : [];
  }

  if (was.role !== is.role && is.role === 'host') return [{ key: 'nowHost', name: is.name }];
  if (was.presence !== is.presence) return [{ key: is.presence === 'away' ? 'away' : 'back', name: is.name }];
  return isHost && was.hand === null && is.hand !== null ? [{ key: 'handRaised', name: is.name }] : [];
}

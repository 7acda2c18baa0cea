import type { Reaction } from '../protocol/messages.g.ts';

/** How each reaction looks; the same in every language. */
export const reactionSigns: Readonly<Record<Reaction, string>> = {
  laugh: '😄',
  star: '🌟',
  heart: '💖',
  cry: '😢',
  cheer: '🙌',
  thumbsUp: '👍',
  smile: '😊',
  ok: '👌',
  party: '🎉',
  hundred: '💯',
};

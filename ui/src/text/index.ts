import type { NoticeText } from '../state/application.ts';
import { en, type Texts } from './en.ts';
import { changeSentence } from './quality.ts';

/** The texts in the person's language; English is the only one so far. */
export const t: Texts = en;

/** The sentence of a notice. */
export function noticeSentence(notice: NoticeText): string {
  switch (notice.key) {
    case 'refused':
      return Object.hasOwn(t.refused, notice.code) ? t.refused[notice.code as keyof Texts['refused']] : t.refused.unknown;
    case 'quality':
      return changeSentence(notice.change, notice.network);
    case 'youAreHost':
      return t.notices.youAreHost;
    case 'handLowered':
      return t.notices.handLowered;
    case 'unsent':
      return t.notices.unsent(notice.count);
    case 'copied':
      return t.notices.copied;
    default:
      return t.notices[notice.key](notice.name);
  }
}

/** Why a line of the chat was not sent. */
export function failureSentence(code: string, name: string): string {
  return (Object.hasOwn(t.chat.failed, code) ? t.chat.failed[code as keyof Texts['chat']['failed']] : t.chat.failed.notNow)(name);
}

import type { UiChatMessage } from '../../protocol/messages.g.ts';

/** Lines of one person that follow each other closely, shown under one name. */
export interface MessageGroup {
  readonly id: number;
  readonly from: string;
  readonly name: string;
  readonly at: number;
  readonly messages: readonly UiChatMessage[];
}

const togetherMs = 180_000;

export function groupMessages(messages: readonly UiChatMessage[]): MessageGroup[] {
  const groups: (MessageGroup & { messages: UiChatMessage[] })[] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const lastMessage = last?.messages.at(-1);
    if (last !== undefined && lastMessage !== undefined && last.from === message.from && last.name === message.name && message.at - lastMessage.at < togetherMs) {
      last.messages.push(message);
    } else {
      groups.push({ id: message.id, from: message.from, name: message.name, at: message.at, messages: [message] });
    }
  }

  return groups;
}

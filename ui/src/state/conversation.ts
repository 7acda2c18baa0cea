import { maxChatText, type ChatLineKind, type UiChatMessage } from '../protocol/messages.g.ts';

/** Where a line of one's own stands; everybody else's is sent. */
export type LineState = 'sending' | 'sent' | 'failed';

/** One line of the chat as the page shows it. */
export interface ChatLine {
  /** The same while a line is sending and when it is sent. */
  readonly key: string;
  /** The server's number; undefined while it has none. */
  readonly id: number | undefined;
  readonly kind: ChatLineKind;
  readonly from: string;
  readonly name: string;
  readonly isMine: boolean;
  readonly text: string;
  /** Calendar time, milliseconds. */
  readonly at: number;
  /** Whom a private line was written to; null for everyone. */
  readonly to: string | null;
  readonly toName: string;
  readonly state: LineState;
  /** Why it is not sent: a key of the catalogue. */
  readonly failure: string | undefined;
}

/** Whom the next line is for. */
export interface Recipient {
  readonly id: string;
  readonly name: string;
}

/** All that the views of the chat draw. */
export interface ChatSnapshot {
  readonly lines: readonly ChatLine[];
  readonly hasOlder: boolean;
  readonly unread: number;
  readonly unreadPrivate: number;
  /** The line before the first one that was unread when the chat was opened; 0 for none. */
  readonly readUntil: number;
  readonly draft: string;
  /** Undefined for everyone. */
  readonly to: Recipient | undefined;
}

/** What outlives a reload of the page, and nothing else: the browser's memory for this tab. */
export interface TabMemory {
  read(): string | undefined;
  write(text: string): void;
}

interface Unsent {
  readonly id: string;
  readonly text: string;
  readonly to: string | null;
  readonly toName: string;
  readonly at: number;
  failure?: string | undefined;
}

interface Remembered {
  readonly meeting: string;
  readonly me: string;
  readonly draft: string;
  readonly to: Recipient | null;
  readonly lastRead: number | null;
  readonly unsent: readonly Unsent[];
}

const keptLines = 2_000;

/**
 * The chat of the meeting: the server's lines, one's own that are not answered yet, what is unread, and what is half written.
 * A line of one's own stays until the server has it or its writer throws it away; it is the same line however often it is sent.
 */
export class Conversation {
  readonly #memory: TabMemory;
  readonly #newId: () => string;
  #messages: UiChatMessage[] = [];
  /** A line is made once, so that what has not changed is not drawn again. */
  #lines = new WeakMap<UiChatMessage, ChatLine>();
  #hasOlder = false;
  #unsent: Unsent[] = [];
  #meeting = '';
  #me = '';
  #lastRead: number | undefined;
  #readUntil = 0;
  #isOpen = false;
  #draft = '';
  #to: Recipient | undefined;

  constructor(memory: TabMemory, newId: () => string) {
    this.#memory = memory;
    this.#newId = newId;
  }

  get snapshot(): ChatSnapshot {
    let unread = 0;
    let unreadPrivate = 0;
    for (let i = this.#messages.length - 1; i >= 0 && this.#lastRead !== undefined; i--) {
      const message = this.#messages[i];
      if (message === undefined || message.id <= this.#lastRead) break;
      if (message.kind !== 'text' || message.from === this.#me) continue;
      if (message.to === null) unread++;
      else unreadPrivate++;
    }

    return {
      lines: [...this.#messages.map((m) => this.#lineOf(m)), ...this.#unsent.map((u) => this.#lineOfUnsent(u))],
      hasOlder: this.#hasOlder,
      unread,
      unreadPrivate,
      readUntil: this.#readUntil,
      draft: this.#draft,
      to: this.#to,
    };
  }

  /** A meeting is on the screen: what this tab remembers of it comes back. */
  enter(meeting: string, me: string): void {
    if (this.#meeting === meeting && this.#me === me) return;
    this.#meeting = meeting;
    this.#me = me;
    this.#lines = new WeakMap();
    const remembered = parse(this.#memory.read());
    const isSame = remembered?.meeting === meeting;
    this.#draft = isSame ? remembered.draft : '';
    this.#to = isSame ? (remembered.to ?? undefined) : undefined;
    // Under another seat the server does not know the lines of before: their writer decides.
    this.#unsent = isSame ? remembered.unsent.map((u) => (remembered.me === me ? { ...u } : { ...u, failure: u.failure ?? 'left' })) : [];
    this.#lastRead = isSame ? (remembered.lastRead ?? undefined) : this.#messages.at(-1)?.id;
    this.#settle();
    this.#remember();
  }

  /** The meeting is over for this page. Gives how many lines were not sent. */
  leave(): number {
    const count = this.#unsent.length;
    for (const line of this.#unsent) line.failure ??= 'left';
    this.#remember();
    this.#meeting = '';
    this.#me = '';
    this.#isOpen = false;
    this.#draft = '';
    this.#to = undefined;
    this.#unsent = [];
    return count;
  }

  /** Lines came. Gives those that are new and somebody else's words. */
  onLines(isReset: boolean, hasOlder: boolean, messages: readonly UiChatMessage[]): readonly UiChatMessage[] {
    const newest = isReset ? -1 : (this.#messages.at(-1)?.id ?? -1);
    if (isReset) this.#messages = [];
    // What new lines come with is the agent's view, which may know fewer old ones than this page.
    const oldest = this.#messages[0]?.id ?? Infinity;
    if (isReset || messages.length === 0 || (messages[0]?.id ?? 0) < oldest) this.#hasOlder = hasOlder;
    for (const message of messages) this.#put(message);
    if (this.#messages.length >= keptLines) {
      this.#messages.splice(0, this.#messages.length - keptLines);
      // More than this many nobody reads here.
      this.#hasOlder = false;
    }

    // What was written before one came is not unread; what comes while one looks is read.
    if (this.#lastRead === undefined && this.#meeting !== '') this.#lastRead = isReset ? (this.#messages.at(-1)?.id ?? 0) : Math.max(0, (messages[0]?.id ?? 0) - 1);
    if (this.#isOpen) this.#lastRead = this.#messages.at(-1)?.id ?? 0;
    this.#settle();
    this.#remember();
    return isReset ? [] : messages.filter((m) => m.id > newest && m.kind === 'text' && m.from !== this.#me);
  }

  /** A line of one's own was refused. */
  onFailed(id: string, code: string): void {
    const line = this.#unsent.find((u) => u.id === id);
    if (line === undefined) return;
    line.failure = code;
    this.#remember();
  }

  /** The lines that have no answer yet. */
  get waiting(): readonly Unsent[] {
    return this.#unsent.filter((u) => u.failure === undefined);
  }

  /** Makes a line of what is written. Undefined when that is nothing, or too much. */
  post(now: number): Unsent | undefined {
    const text = this.#draft.trim();
    if (text === '' || text.length > maxChatText || this.#meeting === '') return undefined;
    const line: Unsent = { id: this.#newId(), text, to: this.#to?.id ?? null, toName: this.#to?.name ?? '', at: now };
    this.#unsent.push(line);
    this.#draft = '';
    this.#remember();
    return line;
  }

  /** Takes a line that failed up again. */
  retry(now: number, key: string): Unsent | undefined {
    const at = this.#unsent.findIndex((u) => u.id === key && u.failure !== undefined);
    const line = this.#unsent[at];
    if (line === undefined) return undefined;
    const again = { ...line, at: now, failure: undefined };
    this.#unsent.splice(at, 1);
    this.#unsent.push(again);
    this.#remember();
    return again;
  }

  /** Throws a line that failed away. */
  discard(key: string): void {
    this.#unsent = this.#unsent.filter((u) => u.id !== key || u.failure === undefined);
    this.#remember();
  }

  write(draft: string): void {
    this.#draft = draft;
    this.#remember();
  }

  address(to: Recipient | undefined): void {
    this.#to = to;
    this.#remember();
  }

  /** The chat is looked at, or no more. */
  setOpen(isOpen: boolean): void {
    if (isOpen && !this.#isOpen) {
      const { unread, unreadPrivate } = this.snapshot;
      this.#readUntil = unread + unreadPrivate > 0 ? (this.#lastRead ?? 0) : 0;
    }
    this.#isOpen = isOpen;
    if (!isOpen) this.#readUntil = 0;
    else if (this.#lastRead !== undefined) this.#lastRead = this.#messages.at(-1)?.id ?? 0;
    this.#remember();
  }

  #put(message: UiChatMessage): void {
    // Nearly always the last place.
    let at = this.#messages.length;
    while (at > 0 && (this.#messages[at - 1]?.id ?? 0) > message.id) at--;
    if (this.#messages[at - 1]?.id !== message.id) this.#messages.splice(at, 0, message);
  }

  /** What the server has is not unsent any more, whatever was said of it before. */
  #settle(): void {
    if (this.#unsent.length === 0) return;
    const known = new Set(this.#messages.filter((m) => m.from === this.#me).map((m) => m.clientId));
    this.#unsent = this.#unsent.filter((u) => !known.has(u.id));
  }

  #lineOf(m: UiChatMessage): ChatLine {
    const known = this.#lines.get(m);
    if (known !== undefined) return known;
    const isMine = m.from === this.#me;
    const line: ChatLine = {
      key: isMine && m.clientId !== null ? m.clientId : String(m.id),
      id: m.id,
      kind: m.kind,
      from: m.from,
      name: m.name,
      isMine,
      text: m.text,
      at: m.at,
      to: m.to,
      toName: m.toName ?? '',
      state: 'sent',
      failure: undefined,
    };
    this.#lines.set(m, line);
    return line;
  }

  #lineOfUnsent({ id, text, at, to, toName, failure }: Unsent): ChatLine {
    return {
      key: id, id: undefined, kind: 'text', from: this.#me, name: '', isMine: true, text, at, to, toName,
      state: failure === undefined ? 'sending' : 'failed', failure,
    };
  }

  #remember(): void {
    if (this.#meeting === '') return;
    const remembered: Remembered = {
      meeting: this.#meeting, me: this.#me, draft: this.#draft, to: this.#to ?? null, lastRead: this.#lastRead ?? null, unsent: this.#unsent,
    };
    this.#memory.write(JSON.stringify(remembered));
  }
}

function parse(text: string | undefined): Remembered | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Remembered>;
    // It is this page's own writing, of this very tab; another build may have written less.
    return typeof value.meeting === 'string' && typeof value.draft === 'string' && Array.isArray(value.unsent) ? (value as Remembered) : undefined;
  } catch {
    return undefined;
  }
}

import type { LinkState } from '../connection/control.ts';
import type { CaptureKind } from '../media/device.ts';
import type { MediaSnapshot } from '../media/engine.ts';
import type {
  ChatPosted,
  NetworkMeasured,
  Reaction,
  UiCommand,
  UiEvent,
  UiPreferences,
  UiQualityChange,
  UiSnapshot,
  UiStatsSample,
  UiTile,
} from '../protocol/messages.g.ts';
import { changesBetween, type Change } from './changes.ts';
import { Conversation, type ChatSnapshot, type Recipient, type TabMemory } from './conversation.ts';
import { Reactions, type ShownReaction } from './reactions.ts';
import { StatsFeed } from './statsFeed.ts';
import { QualityNews } from './qualityNews.ts';

/** What the application asks of the connection. */
export interface AgentPort {
  open(): void;
  send(command: UiCommand): boolean;
  /** An agent's time as page time, milliseconds. */
  toPage(agentTime: number): number;
}

/** What the application asks of the devices. */
export interface MediaPort {
  open(): void;
  close(): void;
  startDevices(): Promise<void>;
  startPlayout(): Promise<void>;
  setInMeeting(isInMeeting: boolean): void;
  want(kind: CaptureKind, isWanted: boolean): Promise<void>;
  choose(kind: CaptureKind, deviceId: string): Promise<void>;
  chooseSpeaker(deviceId: string): Promise<void>;
}

export type Panel = 'none' | 'chat' | 'people' | 'network' | 'impairment';

/** Something short that the page says once and takes away again. */
export interface Notice {
  readonly id: number;
  readonly text: NoticeText;
}

export type NoticeText =
  | { readonly key: 'refused'; readonly code: string }
  | Change
  | { readonly key: 'private'; readonly name: string }
  | { readonly key: 'unsent'; readonly count: number }
  | { readonly key: 'copied' }
  | { readonly key: 'quality'; readonly change: UiQualityChange; readonly network: NetworkMeasured | undefined };

/** All that a view needs to draw the page. */
export interface PageSnapshot {
  readonly link: LinkState;
  /** The newest state of the agent; kept while the link is lost. */
  readonly agent: UiSnapshot | undefined;
  readonly product: string;
  readonly media: MediaSnapshot;
  readonly chat: ChatSnapshot;
  readonly reactions: readonly ShownReaction[];
  /** False for a moment after many reactions. */
  readonly canReact: boolean;
  readonly panel: Panel;
  readonly network: NetworkMeasured | undefined;
  /** The statistics of the last ten minutes, oldest first; only while the network panel is open. */
  readonly stats: readonly UiStatsSample[];
  /** Why the last wish for a bad network was refused; undefined when it was not. */
  readonly impairmentRefused: string | undefined;
  readonly notices: readonly Notice[];
  /** Whether a start, join or leave was asked for and not answered yet. */
  readonly isBusy: boolean;
}

const noticeMs = 4_000;
const qualityNoticeMs = 7_000;
const busyMs = 5_000;

/**
 * The page without a screen: events of the agent and intents of the person come in, snapshots come out.
 * It holds no timer: <code>tick</code> is called now and then with the time.
 */
export class Application {
  readonly #agent: AgentPort;
  readonly #media: MediaPort;
  readonly #listeners = new Set<(snapshot: PageSnapshot) => void>();
  #snapshot: PageSnapshot;
  #visible = '';
  #sentDevices = '';
  #nextNotice = 1;
  #noticeEnds = new Map<number, number>();
  #busyUntil = 0;
  readonly #chat: Conversation;
  readonly #reactions = new Reactions();
  #hasLoweredHand = false;
  readonly #stats = new StatsFeed();
  readonly #qualityNews = new QualityNews();

  constructor(agent: AgentPort, media: MediaPort, firstMedia: MediaSnapshot, memory: TabMemory, newId: () => string) {
    this.#agent = agent;
    this.#media = media;
    this.#chat = new Conversation(memory, newId);
    this.#snapshot = {
      link: 'connecting',
      agent: undefined,
      product: 'Parley',
      media: firstMedia,
      chat: this.#chat.snapshot,
      reactions: [],
      canReact: true,
      panel: 'none',
      network: undefined,
      stats: [],
      impairmentRefused: undefined,
      notices: [],
      isBusy: false,
    };
  }

  get snapshot(): PageSnapshot {
    return this.#snapshot;
  }

  /** Calls the listener with every new snapshot, at first with the present one. */
  subscribe(listener: (snapshot: PageSnapshot) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#snapshot);
    return () => this.#listeners.delete(listener);
  }

  /** Takes away what has been shown for long enough. */
  tick(now: number): void {
    const over = this.#snapshot.notices.filter((n) => (this.#noticeEnds.get(n.id) ?? 0) <= now);
    over.forEach((n) => this.#noticeEnds.delete(n.id));
    if (over.length > 0) this.#change({ notices: this.#snapshot.notices.filter((n) => !over.includes(n)) });
    if (this.#snapshot.isBusy && now >= this.#busyUntil) this.#change({ isBusy: false });
    this.#showStats(now);
    if (this.#reactions.tick(now)) this.#showReactions();
  }

  // ---- what happens ----

  onLink(link: LinkState): void {
    this.#change({ link });
    switch (link) {
      case 'open':
        this.#sentDevices = '';
        this.#visible = '';
        this.#media.open();
        // A page that captures may sound without a click.
        void this.#media.startDevices().then(() => this.wakePlayout());
        this.#sendDevices();
            if (this.#snapshot.panel === 'network') this.#agent.send({ type: 'watchStats', isWatching: true });
        break;
      case 'takenOver':
      case 'refused':
        this.#media.setInMeeting(false);
        this.#media.close();
        break;
      case 'connecting':
      case 'lost':
        break;
    }
  }

  onEvent(now: number, event: UiEvent): void {
    switch (event.type) {
      case 'agentWelcome':
        this.#change({ product: event.product });
        break;
      case 'snapshot':
        this.#onSnapshot(now, event.snapshot);
        break;
      case 'chat':
        this.#onChat(now, event);
        break;
      case 'chatFailed':
        this.#chat.onFailed(event.id, event.code);
        this.#showChat();
        break;
      case 'reaction':
        this.#reactions.add(now, event.from, this.#snapshot.agent?.participants.find((p) => p.id === event.from)?.name ?? '', event.reaction);
        this.#showReactions();
        break;
      case 'network':
        this.#change({ network: event });
        break;
      case 'stats':
        // What was asked for before the panel was closed may still come.
        if (this.#snapshot.panel !== 'network') break;
        this.#stats.add(event.isReset, event.samples);
        this.#showStats(now);
        break;
      case 'quality':
        if (this.#qualityNews.isWorthTelling(now, event.change)) {
          this.notify(now, { key: 'quality', change: event.change, network: this.#snapshot.network });
        }
        break;
      case 'refused':
        this.#change({ isBusy: false });
        // The panel says it beside what was refused.
        if (event.command === 'setImpairment' && this.#snapshot.panel === 'impairment') this.#change({ impairmentRefused: event.code });
        else this.notify(now, { key: 'refused', code: event.code });
        break;
      case 'levels':
      case 'pong':
      case 'takenOver':
        // Levels go straight to the views that draw them; the other two concern the connection.
        break;
    }
  }

  onMedia(media: MediaSnapshot): void {
    this.#change({ media });
    this.#sendDevices();
  }

  notify(now: number, text: NoticeText): void {
    const notice = { id: this.#nextNotice++, text };
    // A sentence with a reason takes longer to read than a name.
    this.#noticeEnds.set(notice.id, now + (text.key === 'quality' || text.key === 'unsent' ? qualityNoticeMs : noticeMs));
    this.#change({ notices: [...this.#snapshot.notices.slice(-2), notice] });
  }

  // ---- what the person wants ----

  setName(name: string): void {
    const wanted = name.trim();
    if (wanted !== '' && wanted !== this.#snapshot.agent?.name) this.#agent.send({ type: 'setName', name: wanted });
  }

  startMeeting(now: number, name: string): void {
    this.#begin(now);
    this.#agent.send({ type: 'startMeeting', name: name.trim(), title: '' });
  }

  joinMeeting(now: number, name: string, server: string, code: string): void {
    this.#begin(now);
    this.#agent.send({ type: 'joinMeeting', name: name.trim(), server: server.trim(), code });
  }

  cancelJoin(): void {
    this.#agent.send({ type: 'cancelJoin' });
  }

  /** Tries again what the problem on the screen is about. */
  retry(now: number): void {
    const agent = this.#snapshot.agent;
    const problem = agent?.problem;
    if (agent === undefined || problem?.server == null || problem.code === null) return this.dismiss();
    if (agent.screen === 'over') this.dismiss();
    this.joinMeeting(now, agent.name, problem.server, problem.code);
  }

  trustNewKey(): void {
    void this.#media.startPlayout();
    this.#agent.send({ type: 'trustNewKey' });
  }

  dismiss(): void {
    this.#agent.send({ type: 'dismiss' });
  }

  leave(): void {
    this.#agent.send({ type: 'leave' });
  }

  endMeeting(): void {
    this.#agent.send({ type: 'endMeeting' });
  }

  admit(id: string): void {
    this.#agent.send({ type: 'admit', id });
  }

  admitAll(): void {
    this.#agent.send({ type: 'admitAll' });
  }

  deny(id: string): void {
    this.#agent.send({ type: 'deny', id });
  }

  removeParticipant(id: string): void {
    this.#agent.send({ type: 'removeParticipant', id });
  }

  handOverHost(id: string): void {
    this.#agent.send({ type: 'handOverHost', id });
  }

  /** Sends what is written in the chat. It stays in the list until the server has it; false when there is nothing to send. */
  sendChat(now: number): boolean {
    const line = this.#chat.post(now);
    if (line === undefined) return false;
    this.#sendLine(line);
    this.#showChat();
    return true;
  }

  /** Sends a line that failed again. */
  retryChat(now: number, key: string): void {
    const line = this.#chat.retry(now, key);
    if (line !== undefined) this.#sendLine(line);
    this.#showChat();
  }

  /** Throws a line that failed away. */
  discardChat(key: string): void {
    this.#chat.discard(key);
    this.#showChat();
  }

  /** What is half written; it outlives a reload. */
  writeChat(draft: string): void {
    this.#chat.write(draft);
    this.#showChat();
  }

  /** Whom the next line is for; undefined for everyone. */
  addressChat(to: Recipient | undefined): void {
    this.#chat.address(to);
    this.#showChat();
  }

  loadOlderChat(): void {
    const oldest = this.#snapshot.chat.lines.find((l) => l.id !== undefined)?.id;
    if (this.#snapshot.chat.hasOlder && oldest !== undefined) this.#agent.send({ type: 'loadOlderChat', before: oldest });
  }

  react(now: number, reaction: Reaction): void {
    if (this.#reactions.take(now)) this.#agent.send({ type: 'sendReaction', reaction });
    this.#showReactions();
  }

  /** Raises or lowers one's own hand. */
  toggleHand(): void {
    const isRaised = this.#snapshot.agent?.participants.find((p) => p.isMe)?.hand === null;
    if (this.#agent.send({ type: 'raiseHand', isRaised })) this.#hasLoweredHand = !isRaised;
  }

  lowerHandOf(id: string): void {
    this.#agent.send({ type: 'lowerHandOf', id });
  }

  /** Says whose tiles are on the screen, and how large. */
  setVisible(tiles: readonly UiTile[]): void {
    const key = tiles.map(({ id, width, height }) => `${id} ${width}x${height}`).join(' ');
    if (key === this.#visible) return;
    if (this.#agent.send({ type: 'setVisible', tiles })) this.#visible = key;
  }

  openPanel(panel: Panel): void {
    const before = this.#snapshot.panel;
    this.#chat.setOpen(panel === 'chat');
    // Whoever looks at the chat need not be told that something is in it.
    const notices = panel === 'chat' ? this.#snapshot.notices.filter((n) => n.text.key !== 'private') : this.#snapshot.notices;
    this.#change({ panel, chat: this.#chat.snapshot, notices, impairmentRefused: undefined });
    if ((panel === 'network') !== (before === 'network')) this.#watchStats(panel === 'network');
  }

  togglePanel(panel: Panel): void {
    this.openPanel(this.#snapshot.panel === panel ? 'none' : panel);
  }

  toggle(kind: CaptureKind): void {
    void this.#media.startPlayout();
    void this.#media.want(kind, this.#snapshot.media[kind] !== 'on');
  }

  setPreferences(preferences: UiPreferences): void {
    this.#agent.send({ type: 'setPreferences', preferences });
  }

  /** Makes this program's own network bad, as the text says; an empty text ends it. */
  setImpairment(text: string): void {
    this.#change({ impairmentRefused: undefined });
    this.#agent.send({ type: 'setImpairment', text });
  }

  choose(kind: CaptureKind | 'speaker', deviceId: string): void {
    void (kind === 'speaker' ? this.#media.chooseSpeaker(deviceId) : this.#media.choose(kind, deviceId));
  }

  /** Any click may wake the loudspeaker when the page came into a meeting without one (a reload). */
  wakePlayout(): void {
    if (this.#snapshot.agent?.screen === 'meeting' && this.#snapshot.link === 'open') void this.#media.startPlayout();
  }

  /** Takes the meeting back from another tab. */
  useHere(): void {
    void this.#media.startPlayout();
    this.#agent.open();
  }

  /** When the present attempt began, page time; undefined when nothing is attempted. */
  attemptSince(): number | undefined {
    const since = this.#snapshot.agent?.attempt?.since;
    return since === undefined ? undefined : this.#agent.toPage(since);
  }

  /** An agent's time as calendar time, milliseconds since 1970. */
  wallTime(agentTime: number): number {
    return this.#agent.toPage(agentTime);
  }

  #begin(now: number): void {
    void this.#media.startPlayout();
    this.#busyUntil = now + busyMs;
    this.#change({ isBusy: true });
  }

  #onSnapshot(now: number, agent: UiSnapshot): void {
    const before = this.#snapshot.agent;
    const isEntering = agent.screen === 'meeting' && (before?.screen !== 'meeting' || before.meeting?.id !== agent.meeting?.id);
    const isLeaving = agent.screen !== 'meeting' && before?.screen === 'meeting';
    this.#change({
      agent,
      isBusy: this.#snapshot.isBusy && agent.screen === before?.screen && agent.problem === null,
      ...(isLeaving ? { network: undefined } : {}),
    });
    if (isLeaving) {
      this.openPanel('none');
      const count = this.#chat.leave();
      if (count > 0) this.notify(now, { key: 'unsent', count });
    }
    const me = agent.participants.find((p) => p.isMe);
    if (agent.screen === 'meeting' && agent.meeting !== null && me !== undefined) {
      this.#chat.enter(agent.meeting.id, me.id);
      this.#showChat();
    }
    this.#media.setInMeeting(agent.screen === 'meeting');
    if (isEntering) void this.#media.startPlayout();
    if (isEntering || isLeaving) this.#visible = '';
    if (!isEntering && before !== undefined && agent.screen === 'meeting') this.#tellChanges(now, before, agent);
    this.#sendDevices();
  }

  #tellChanges(now: number, before: UiSnapshot, after: UiSnapshot): void {
    for (const change of changesBetween(before, after, this.#hasLoweredHand)) this.notify(now, change);
    if (after.participants.some((p) => p.isMe && p.hand === null)) this.#hasLoweredHand = false;
  }

  #onChat(now: number, { isReset, hasOlder, messages }: ChatPosted): void {
    const fresh = this.#chat.onLines(isReset, hasOlder, messages);
    // The agent has told all it knows: what is not among it may have been lost on the way.
    if (isReset) this.#chat.waiting.forEach((line) => this.#sendLine(line));
    const whisper = fresh.find((m) => m.to !== null);
    if (whisper !== undefined && this.#snapshot.panel !== 'chat') this.notify(now, { key: 'private', name: whisper.name });
    this.#showChat();
  }

  #sendLine({ id, text, to }: { readonly id: string; readonly text: string; readonly to: string | null }): void {
    // Without an agent it waits for the next one.
    this.#agent.send({ type: 'sendChat', id, text, to });
  }

  #showChat(): void {
    this.#change({ chat: this.#chat.snapshot });
  }

  #showReactions(): void {
    this.#change({ reactions: this.#reactions.shown, canReact: this.#reactions.canReact });
  }

  #sendDevices(): void {
    const { microphone, camera } = this.#snapshot.media;
    const key = `${microphone} ${camera}`;
    if (this.#snapshot.link !== 'open' || key === this.#sentDevices) return;
    if (this.#agent.send({ type: 'setDevices', microphone, camera })) this.#sentDevices = key;
  }

  #watchStats(isWatching: boolean): void {
    this.#stats.clear();
    this.#change({ stats: [] });
    this.#agent.send({ type: 'watchStats', isWatching });
  }

  #showStats(now: number): void {
    const stats = this.#stats.take(now);
    if (stats !== undefined) this.#change({ stats });
  }

  #change(part: Partial<PageSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const listener of this.#listeners) listener(this.#snapshot);
  }
}

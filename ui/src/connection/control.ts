import { decodeUiEvent, protocolVersion, type UiCommand, type UiEvent } from '../protocol/messages.g.ts';
import { Backoff } from './backoff.ts';
import { ClockMapping, pageNow } from './clock.ts';
import { closeCodes, socketAddress, type Session } from './session.ts';

/** How the page stands with its agent. */
export type LinkState =
  /** Not yet answered for the first time. */
  | 'connecting'
  /** Welcomed; snapshots come. */
  | 'open'
  /** Was open or never answered; trying again. */
  | 'lost'
  /** The agent answers, but does not accept this page's secret. */
  | 'refused'
  /** A newer tab has the meeting. */
  | 'takenOver';

export interface ControlListener {
  onLink(state: LinkState): void;
  onEvent(event: UiEvent): void;
}

const firstPings = 5;
const pingIntervalMs = 10_000;
const attemptsBeforeAsking = 2;
const reloadedKey = 'parley.reloaded';

/** The control WebSocket: hello, pings, typed events in, commands out, and coming back after every loss. */
export class ControlConnection {
  readonly clock = new ClockMapping();
  readonly #session: Session;
  readonly #listener: ControlListener;
  readonly #backoff = new Backoff();
  #socket: WebSocket | undefined;
  #pinger: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #state: LinkState = 'connecting';
  #unknownEvents = 0;

  constructor(session: Session, listener: ControlListener) {
    this.#session = session;
    this.#listener = listener;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Messages that were refused for an unknown type or a wrong shape. */
  get unknownEvents(): number {
    return this.#unknownEvents;
  }

  /** Connects, or takes the meeting back from another tab. */
  open(): void {
    clearTimeout(this.#retry);
    if (this.#socket !== undefined) return;
    if (this.#state === 'takenOver' || this.#state === 'refused') this.#enter('connecting');
    this.#connect();
  }

  /** Sends a command. False when there is nobody to take it. */
  send(command: UiCommand): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  #connect(): void {
    const { url, protocols } = socketAddress(this.#session, 'control');
    const socket = new WebSocket(url, [...protocols]);
    this.#socket = socket;
    socket.onopen = () => {
      this.send({ type: 'pageHello', version: protocolVersion, tabId: this.#session.tab });
    };
    socket.onmessage = (message) => this.#onMessage(message.data);
    socket.onclose = (close) => this.#onClose(socket, close.code);
  }

  #onMessage(data: unknown): void {
    const event = typeof data === 'string' ? decodeUiEvent(parse(data)) : undefined;
    if (event === undefined) {
      this.#unknownEvents++;
      return;
    }

    switch (event.type) {
      case 'agentWelcome':
        if (event.version !== protocolVersion) return this.#reload();
        sessionStorage.removeItem(reloadedKey);
        this.#backoff.reset();
        this.#enter('open');
        this.#startPings();
        break;
      case 'pong':
        this.clock.onPong(pageNow(), event.pageTime, event.agentTime);
        return;
      case 'takenOver':
        this.#enter('takenOver');
        return;
      default:
        break;
    }

    this.#listener.onEvent(event);
  }

  #onClose(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    clearInterval(this.#pinger);
    if (code === closeCodes.wrongVersion) return this.#reload();
    if (code === closeCodes.takenOver) this.#enter('takenOver');
    if (this.#state === 'takenOver') return;

    this.#enter('lost');
    const wait = this.#backoff.next();
    this.#retry = setTimeout(() => void this.#tryAgain(), wait);
  }

  async #tryAgain(): Promise<void> {
    // A browser does not say why a WebSocket failed. When the agent still serves its page, it is the secret.
    if (this.#backoff.attempts > attemptsBeforeAsking && (await isAgentThere())) {
      this.#enter('refused');
      return;
    }

    if (this.#socket === undefined) this.#connect();
  }

  #startPings(): void {
    const ping = () => this.send({ type: 'ping', pageTime: pageNow() });
    for (let i = 0; i < firstPings; i++) setTimeout(ping, i * 40);
    clearInterval(this.#pinger);
    this.#pinger = setInterval(ping, pingIntervalMs);
  }

  /** Page and agent are of different builds: the agent serves the right page. Once only, lest a stale cache makes it a loop. */
  #reload(): void {
    if (sessionStorage.getItem(reloadedKey) !== null) {
      this.#enter('refused');
      return;
    }

    sessionStorage.setItem(reloadedKey, '1');
    location.reload();
  }

  #enter(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.onLink(state);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function isAgentThere(): Promise<boolean> {
  try {
    return (await fetch(document.baseURI, { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

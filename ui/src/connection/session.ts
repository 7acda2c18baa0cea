/** The secret that opens the agent's WebSockets, and how a page comes by it. */

const storageKey = 'parley.secret';
const tabKey = 'parley.tab';
const invitationKey = 'parley.invitation';

export interface Session {
  readonly secret: string;
  readonly tab: string;
}

/** Trades the launch token of the link for the secret, or takes the remembered one; undefined when there is neither. */
export async function openSession(): Promise<Session | undefined> {
  const tab = tabId();
  const launch = /[#&]launch=([^&]+)/.exec(location.hash)?.[1];
  if (launch !== undefined) {
    // The token works once: it must not stay in the address bar, where a reload or a bookmark would try it again.
    rememberInvitation();
    history.replaceState(null, '', location.pathname + location.search);
    const secret = await trade(decodeURIComponent(launch));
    if (secret !== undefined) localStorage.setItem(storageKey, secret);
  }

  const secret = localStorage.getItem(storageKey);
  return secret === null ? undefined : { secret, tab };
}

/** What `parley join` was told: it fills in the lobby of this tab. */
export function invitationOfLink(): { readonly server: string; readonly code: string } | undefined {
  const kept = sessionStorage.getItem(invitationKey);
  if (kept === null) return undefined;
  const wanted = new URLSearchParams(kept);
  return { server: wanted.get('server') ?? '', code: wanted.get('code') ?? '' };
}

function rememberInvitation(): void {
  const hash = new URLSearchParams(location.hash.slice(1));
  if (hash.has('server')) sessionStorage.setItem(invitationKey, hash.toString().replace(/(^|&)launch=[^&]*/, ''));
}

async function trade(launch: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('api/session', document.baseURI), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ launch }),
    });
    const answer: unknown = response.ok ? await response.json() : undefined;
    return typeof answer === 'object' && answer !== null && 'secret' in answer && typeof answer.secret === 'string' ? answer.secret : undefined;
  } catch {
    return undefined;
  }
}

function tabId(): string {
  const known = sessionStorage.getItem(tabKey);
  if (known !== null) return known;
  const id = crypto.randomUUID();
  sessionStorage.setItem(tabKey, id);
  return id;
}

/** Where a WebSocket of the agent is, and what opens it. Plain data, so that it can be posted to a worker. */
export interface SocketAddress {
  readonly url: string;
  readonly protocols: readonly string[];
}

/** The address of one of the agent's WebSockets. */
export function socketAddress(session: Session, path: 'control' | 'audio' | 'video-out' | 'video-in'): SocketAddress {
  const url = new URL(`ws/${path}`, document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  url.search = `?tab=${encodeURIComponent(session.tab)}`;
  return { url: url.href, protocols: ['parley.v1', `secret.${session.secret}`] };
}

export const closeCodes = { takenOver: 4001, wrongVersion: 4002 } as const;

export interface SentPicture {
  readonly codec: number;
  readonly flags: number;
  readonly width: number;
  readonly height: number;
  readonly encoding: number;
  readonly time: number;
  readonly bytes: number;
}

export interface MockAgent {
  readonly address: string;
  readonly link: string;
  readonly state: {
    snapshot: { participants: unknown[] } & Record<string, unknown>;
    commands: ({ type: string } & Record<string, unknown>)[];
    audioFrames: { bytes: number; sequence: number; time: number }[];
    videoFrames: number;
    lastVideo?: SentPicture;
    videoOut: SentPicture[];
    /** The encoding of one's own camera that everybody else seems to send; 0 at first. */
    echoed: number;
    /** How long after its capture a picture is to be shown; at once when not given. */
    showAfterMs?: number;
    /** Whether a picture is lost on its way to a participant's tile. */
    loses?: (participant: { readonly id: string }, picture: SentPicture) => boolean;
    acknowledged: number;
    keyFrameRequests: number[];
    visible: string[] | null;
    isHeard?: boolean;
    rttMs?: number;
    loss?: number;
    /** Overrides the judgement of rttMs and loss. */
    quality?: { level: string; cause: string; direction: string; value: number };
    /** How long there has been something to measure. */
    measuredSeconds?: number;
    /** Whether a file is on its way. */
    hasTransfer?: boolean;
    isWatched?: boolean;
    /** A command that is always refused. */
    refuses?: string;
    /** The lines of the chat that a page is told when it comes. */
    chat?: 'usual' | 'private' | 'links' | 'long' | 'none';
    /** Why every chat line of the page fails. */
    failsChat?: string;
    /** Whether the page's chat lines get no answer. */
    holdsChat?: boolean;
  };
  show(scene: string): void;
  change(part: Record<string, unknown>): void;
  send(event: Record<string, unknown>): void;
  /** Somebody writes: p1 to everyone when nothing else is said. */
  post(line: { from?: string; text?: string; to?: string | null; clientId?: string | null; kind?: string }): void;
  closeSockets(code: number): void;
  stop(): Promise<void>;
}

export function startMockAgent(options?: { port?: number; scene?: string; pictures?: Buffer[]; isIsolated?: boolean }): Promise<MockAgent>;

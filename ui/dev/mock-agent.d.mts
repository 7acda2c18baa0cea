export interface MockAgent {
  readonly address: string;
  readonly link: string;
  readonly state: {
    snapshot: { participants: unknown[] } & Record<string, unknown>;
    commands: ({ type: string } & Record<string, unknown>)[];
    audioFrames: { bytes: number; sequence: number; time: number }[];
    videoFrames: number;
    lastVideo?: { codec: number; width: number; height: number; time: number; bytes: number };
    acknowledged: number;
    visible: string[] | null;
    isHeard?: boolean;
    rttMs?: number;
    loss?: number;
  };
  show(scene: string): void;
  change(part: Record<string, unknown>): void;
  send(event: Record<string, unknown>): void;
  closeSockets(code: number): void;
  stop(): Promise<void>;
}

export function startMockAgent(options?: { port?: number; scene?: string; pictures?: Buffer[]; isIsolated?: boolean }): Promise<MockAgent>;

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserServer, type Page } from '@playwright/test';

/** A browser process of one side, with its own sound devices; it outlives the calls that are measured in it. */
export class Seat {
  readonly #server: BrowserServer;
  readonly #browser: Browser;
  readonly #directory: string;

  private constructor(server: BrowserServer, browser: Browser, directory: string) {
    this.#server = server;
    this.#browser = browser;
    this.#directory = directory;
  }

  static async open(environment: Record<string, string>): Promise<Seat> {
    const directory = mkdtempSync(join(tmpdir(), 'parley-latency-'));
    const server = await chromium.launchServer({
      executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
      env: { ...(process.env as Record<string, string>), ...environment },
      // The sound must really leave the browser.
      ignoreDefaultArgs: ['--mute-audio'],
      args: [
        '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
        '--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
      ],
    });
    return new Seat(server, await chromium.connect(server.wsEndpoint()), directory);
  }

  /** The browser's main process. */
  get processId(): number {
    return this.#server.process().pid ?? 0;
  }

  /** A directory for the data of a program on this side. */
  get data(): string {
    return join(this.#directory, `data-${Math.random().toString(36).slice(2)}`);
  }

  /** A page in a context of its own, with scripts that run before its own. */
  async page(...scripts: readonly (() => void)[]): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    for (const script of scripts) await context.addInitScript(script);
    return context.newPage();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Browser, type Page } from '@playwright/test';
import type { NetworkMeasured, UiSnapshot } from '../../src/protocol/messages.g.ts';
import { loudestOf, writeCamera, writeMicrophone, type Colour } from './media.ts';
import { Program } from './program.ts';

/** Somebody with a computer of their own: an agent process, a browser process, a camera of one colour, a microphone of one tone. */
export class Person {
  readonly name: string;
  readonly hz: number;
  readonly colour: Colour;
  readonly page: Page;
  readonly program: Program;
  readonly #browser: Browser;
  readonly #directory: string;

  private constructor(name: string, hz: number, colour: Colour, page: Page, program: Program, browser: Browser, directory: string) {
    this.name = name;
    this.hz = hz;
    this.colour = colour;
    this.page = page;
    this.program = program;
    this.#browser = browser;
    this.#directory = directory;
  }

  /** Starts the program with a verb and opens its page in a real Chromium. */
  static arrive(name: string, hz: number, colour: Colour, ...verb: string[]): Promise<Person> {
    return Person.arriveWithout({}, name, hz, colour, ...verb);
  }

  /** The same on a computer that lacks something. */
  static async arriveWithout(environment: Readonly<Record<string, string>>, name: string, hz: number, colour: Colour, ...verb: string[]): Promise<Person> {
    const directory = mkdtempSync(join(tmpdir(), 'parley-page-'));
    const camera = join(directory, 'camera.y4m');
    const microphone = join(directory, 'microphone.wav');
    writeCamera(camera, colour);
    writeMicrophone(microphone, hz);
    const program = Program.startWith(environment, ...verb, '--no-browser', '--ui-port', '0', '--stay', '--data', join(directory, 'data'));
    const link = (await program.line(/http:\/\/127\.0\.0\.1:\d+\/#\S+/))[0];
    const browser = await chromium.launch({
      executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
        '--autoplay-policy=user-gesture-required', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${camera}`, `--use-file-for-fake-audio-capture=${microphone}`,
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
    await page.goto(link);
    return new Person(name, hz, colour, page, program, browser, directory);
  }

  /** Opens the page again with some of the browser's abilities switched off (ui/README.md). */
  async without(abilities: string): Promise<this> {
    // The launch token is traded by now: the page that comes next has the secret.
    await this.isOn('lobby');
    await this.page.goto(`${new URL(this.page.url()).origin}/?without=${abilities}`);
    return this;
  }

  /** What the agent last told the page. */
  async snapshot(): Promise<UiSnapshot> {
    return this.page.evaluate(() => {
      const agent = globalThis.__parley.state().agent;
      if (agent === undefined) throw new Error('There is no snapshot yet.');
      return agent as never;
    });
  }

  /** Waits until the page is on a screen. */
  async isOn(screen: UiSnapshot['screen']): Promise<void> {
    await expect.poll(() => this.page.evaluate(() => globalThis.__parley.state().agent?.screen), { timeout: 20_000, message: `${this.name} on ${screen}` }).toBe(screen);
  }

  /** How loud a tone is in the last second that was played, in dBFS. */
  async hears(hz: number): Promise<number> {
    const samples = await this.page.evaluate(async () => Array.from(await globalThis.__parley.playedAudio()));
    return loudestOf(samples, hz);
  }

  /** The largest sample of the last second that was played, in dBFS. */
  async loudest(): Promise<number> {
    const peak = await this.page.evaluate(async () => (await globalThis.__parley.playedAudio()).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
    return 20 * Math.log10(Math.max(1e-10, peak));
  }

  async leaveComputer(): Promise<void> {
    await this.#browser.close();
    await this.program.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

declare global {
  // eslint-disable-next-line no-var
  var __parley: {
    state(): { readonly agent: UiSnapshot | undefined; readonly network: NetworkMeasured | undefined };
    stats(): unknown;
    playedAudio(): Promise<Float32Array>;
  };
}

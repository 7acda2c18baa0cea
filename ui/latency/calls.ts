import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page } from '@playwright/test';
import { Program } from '../e2e/support/program.ts';
import { drawnCamera, glass } from './barcode.ts';
import type { Seat } from './seat.ts';

/** A call from one seat to another, one way: camera first, microphone when it is switched on. */
export interface Call {
  readonly receiver: Page;
  /** Processes beside the browsers that belong to it. */
  readonly processIds: readonly number[];
  switchMicrophoneOn(): Promise<void>;
  /** The sizes of the moving pictures on the sender's and on the receiver's screen, in CSS pixels. */
  shown(): Promise<Shown>;
  /** Shows moving pictures of these sizes, where the call shows less by itself. */
  showAs(shown: Shown): Promise<void>;
  /** What it was carried by, for the report. */
  describe(): Promise<string>;
  end(): Promise<void>;
}

type Sizes = readonly { readonly width: number; readonly height: number }[];

export interface Shown {
  readonly sender: Sizes;
  readonly receiver: Sizes;
}

const moving = (page: Page): Promise<Sizes> =>
  page.locator('video, canvas').evaluateAll((all) =>
    all
      .filter((element) => element.isConnected && element.checkVisibility() && element.id !== 'camera')
      .map((element) => element.getBoundingClientRect())
      .filter(({ width, height }) => width > 0 && height > 0)
      .map(({ width, height }) => ({ width, height })));

/** Through the whole of Parley: page, agent, server, agent, page. */
export async function callByParley(from: Seat, to: Seat): Promise<Call> {
  const host = Program.start('--host', '127.0.0.1', '--tcp-port', '0', '--udp-port', '0', '--no-browser', '--ui-port', '0', '--stay', '--data', from.data);
  const guest = Program.start('join', '--no-browser', '--ui-port', '0', '--stay', '--data', to.data);
  const link = async (program: Program) => (await program.line(/http:\/\/127\.0\.0\.1:\d+\/#\S+/))[0];
  const quiet = () => localStorage.setItem('parley.microphone.wanted', 'no');
  const noCamera = () => localStorage.setItem('parley.camera.wanted', 'no');
  const sender = await from.page(drawnCamera, quiet);
  const receiver = await to.page(glass, quiet, noCamera);
  await sender.goto(await link(host));
  await sender.getByLabel('Your name').fill('Anna');
  await sender.getByRole('button', { name: 'Start a meeting' }).click();
  await isOn(sender, 'meeting');
  const code = await sender.evaluate(() => globalThis.__parley.state().agent?.meeting?.code ?? '');
  const port = (await host.line(/serving meetings on TCP (\d+)/))[1] ?? '';
  await receiver.goto(await link(guest));
  await receiver.getByLabel('Your name').fill('Ben');
  await receiver.getByLabel('Digit 1 of 6').click();
  await receiver.keyboard.type(code);
  await receiver.getByRole('textbox', { name: 'Address' }).fill(`127.0.0.1:${port}`);
  await receiver.getByRole('button', { name: 'Ask to join' }).click();
  await sender.getByRole('button', { name: 'Admit Ben' }).click();
  await isOn(receiver, 'meeting');
  return {
    receiver,
    processIds: [host.processId, guest.processId],
    switchMicrophoneOn: () => sender.keyboard.press('m'),
    shown: async () => ({ sender: await moving(sender), receiver: await moving(receiver) }),
    showAs: () => Promise.resolve(),
    async describe() {
      const agent = await sender.evaluate(() => globalThis.__parley.state().agent);
      if (process.env['PARLEY_LATENCY_ONLY'] !== undefined) console.log(JSON.stringify(await receiver.evaluate(() => globalThis.__parley.stats())));
      return `video ${agent?.videoCodec ?? 'jpeg'}`;
    },
    async end() {
      await sender.context().close();
      await receiver.context().close();
      await guest.stop();
      await host.stop();
    },
  };
}

/** By WebRTC between two pages, without a server: what a browser does by itself. */
export async function callByWebRtc(from: Seat, to: Seat): Promise<Call> {
  const site = await serveEmptyPage();
  const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const sender = await from.page(drawnCamera);
  const receiver = await to.page(glass);
  await sender.goto(address);
  await receiver.goto(address);
  const offer = await sender.evaluate(async () => {
    const connection = new RTCPeerConnection();
    Object.assign(globalThis, { connection });
    const devices = navigator.mediaDevices;
    const microphone = await devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
    const stream = await devices.getUserMedia({ video: true });
    microphone.getTracks().forEach((track) => {
      track.enabled = false;
      stream.addTrack(track);
    });
    Object.assign(globalThis, { stream });
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    await connection.setLocalDescription();
    if (connection.iceGatheringState !== 'complete')
      await new Promise<void>((done) => connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && done()));
    return connection.localDescription?.sdp ?? '';
  });
  const answer = await receiver.evaluate(async (sdp) => {
    const connection = new RTCPeerConnection();
    Object.assign(globalThis, { connection });
    connection.addEventListener('track', ({ track }) => {
      const element = document.createElement(track.kind as 'audio' | 'video');
      element.autoplay = true;
      element.srcObject = new MediaStream([track]);
      document.body.append(element);
    });
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription();
    if (connection.iceGatheringState !== 'complete')
      await new Promise<void>((done) => connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && done()));
    return connection.localDescription?.sdp ?? '';
  }, offer);
  await sender.evaluate((sdp) => (globalThis as unknown as { connection: RTCPeerConnection }).connection.setRemoteDescription({ type: 'answer', sdp }), answer);
  await expect.poll(() => receiver.evaluate(() => document.querySelector('video')?.videoWidth ?? 0), { timeout: 20_000 }).toBeGreaterThan(0);
  return {
    receiver,
    processIds: [],
    switchMicrophoneOn: () =>
      sender.evaluate(() => (globalThis as unknown as { stream: MediaStream }).stream.getAudioTracks().forEach((track) => (track.enabled = true))),
    shown: async () => ({ sender: await moving(sender), receiver: await moving(receiver) }),
    async showAs(shown) {
      await sender.evaluate((sizes) => {
        const { stream } = globalThis as unknown as { stream: MediaStream };
        for (const { width, height } of sizes) {
          const element = document.createElement('video');
          Object.assign(element, { autoplay: true, muted: true, srcObject: new MediaStream(stream.getVideoTracks()) });
          Object.assign(element.style, { width: `${width}px`, height: `${height}px`, objectFit: 'cover', transform: 'scaleX(-1)' });
          document.body.append(element);
        }
      }, shown.sender);
      await receiver.evaluate((sizes) => {
        const [size] = sizes;
        const element = document.querySelector('video');
        if (size !== undefined && element !== null) Object.assign(element.style, { width: `${size.width}px`, height: `${size.height}px`, objectFit: 'cover' });
      }, shown.receiver);
    },
    describe: () =>
      sender.evaluate(async () => {
        const stats = await (globalThis as unknown as { connection: RTCPeerConnection }).connection.getStats();
        const types: string[] = [];
        stats.forEach((report: { type: string; mimeType?: string }) => report.type === 'codec' && types.push(report.mimeType ?? ''));
        return types.join(', ');
      }),
    async end() {
      await sender.context().close();
      await receiver.context().close();
      site.close();
    },
  };
}

async function isOn(page: Page, screen: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => globalThis.__parley.state().agent?.screen), { timeout: 20_000 }).toBe(screen);
}

function serveEmptyPage(): Promise<Server> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>call</title>'));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

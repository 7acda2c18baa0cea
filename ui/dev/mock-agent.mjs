// An agent without a network: serves dist/ and speaks docs/protocol/ui.md with scripted scenes, to look at the page and to test it.
//   node dev/mock-agent.mjs --scene meeting4 [--port 5010]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { networkOf, sampleAt } from './measured.mjs';
import { chats, scenes } from './scenes.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy = (port) =>
  `default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; img-src 'self' blob: data:; media-src blob:; ` +
  `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}; base-uri 'none'; frame-ancestors 'none'`;

/** Starts a mock agent. `pictures` is a list of JPEGs for the tiles; without it everybody has one's own camera picture. */
export async function startMockAgent({ port = 0, scene = 'lobby', pictures = [], isIsolated = true } = {}) {
  const agentNow = () => performance.now();
  const state = { scene, snapshot: scenes[scene](agentNow()), commands: [], audioFrames: [], videoFrames: 0, acknowledged: 0, keyFrameRequests: [], videoOut: [], echoed: 0, revision: 1, visible: null };
  const sockets = { control: new Set(), audio: new Set(), 'video-out': new Set(), 'video-in': new Set() };
  let echo = null;

  const server = createServer(async (request, response) => {
    const headers = { 'Content-Security-Policy': policy(request.socket.localPort), 'X-Content-Type-Options': 'nosniff' };
    if (isIsolated) Object.assign(headers, { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' });
    const path = new URL(request.url, 'http://x').pathname;
    if (request.method === 'POST' && path === '/api/session') {
      response.writeHead(200, { ...headers, 'Content-Type': 'application/json' }).end('{"secret":"mock"}');
      return;
    }

    const file = normalize(join(dist, path === '/' ? 'index.html' : path));
    try {
      if (!file.startsWith(dist)) throw new Error('outside');
      const body = await readFile(file);
      response.writeHead(200, { ...headers, 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });

  const upgrade = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('parley.v1') ? 'parley.v1' : false) });
  server.on('upgrade', (request, socket, head) => {
    const kind = new URL(request.url, 'http://x').pathname.replace('/ws/', '');
    if (!(kind in sockets) || !String(request.headers['sec-websocket-protocol']).includes('secret.mock')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return;
    }

    upgrade.handleUpgrade(request, socket, head, (ws) => {
      sockets[kind].add(ws);
      ws.on('close', () => sockets[kind].delete(ws));
      ws.on('message', (data, isBinary) => onMessage(kind, ws, data, isBinary));
    });
  });

  const send = (event) => sockets.control.forEach((ws) => ws.send(JSON.stringify(event)));

  function onMessage(kind, ws, data, isBinary) {
    if (kind === 'control' && !isBinary) onCommand(ws, JSON.parse(data.toString()));
    if (kind === 'audio' && data[0] === 1) {
      state.audioFrames.push({ bytes: data.length, sequence: data.readUInt32LE(4), time: data.readDoubleLE(8) });
      if (state.audioFrames.length > 2_000) state.audioFrames.shift();
    }
    if (kind === 'video-out') {
      state.videoFrames++;
      const [width, height, encoding] = [2, 4, 6].map((at) => data.readUInt16LE(at));
      const picture = { codec: data[0], flags: data[1], width, height, encoding, time: data.readDoubleLE(8), bytes: data.length };
      state.lastVideo = picture;
      state.videoOut.push(picture);
      if (state.videoOut.length > 2_000) state.videoOut.shift();
      if (encoding === state.echoed) onPicture({ ...picture, data: data.subarray(16) });
    }
    if (kind === 'video-in') {
      state.acknowledged = data.readUInt32LE(0);
      if (data.length === 8) state.keyFrameRequests.push(data.readUInt32LE(4));
    }
  }

  function onCommand(ws, command) {
    state.commands.push(command);
    switch (command.type) {
      case 'pageHello':
        ws.send(JSON.stringify({ type: 'agentWelcome', version: 1, product: 'Parley 0.1.0' }));
        ws.send(JSON.stringify({ type: 'snapshot', snapshot: state.snapshot }));
        ws.send(JSON.stringify({ type: 'chat', isReset: true, hasOlder: false, messages: state.snapshot.screen === 'meeting' ? chats[state.chat ?? 'usual'] : [] }));
        break;
      case 'ping':
        ws.send(JSON.stringify({ type: 'pong', pageTime: command.pageTime, agentTime: agentNow() }));
        break;
      case 'setVisible':
        state.visible = command.tiles.map(({ id }) => id);
        break;
      case 'setDevices':
        // In a scene of a meeting the own tile follows the devices.
        if (state.snapshot.screen === 'meeting' && state.scene !== 'camerasOff') {
          change({ participants: state.snapshot.participants.map((p) => (p.isMe ? { ...p, microphone: command.microphone, camera: command.camera } : p)) });
        }
        break;
      case 'sendChat':
        if (state.failsChat !== undefined) send({ type: 'chatFailed', id: command.id, code: state.failsChat });
        else if (!state.holdsChat) post({ from: me()?.id, name: me()?.name, text: command.text, to: command.to, clientId: command.id });
        break;
      case 'sendReaction':
        send({ type: 'reaction', from: me()?.id, reaction: command.reaction });
        break;
      case 'raiseHand':
      case 'lowerHandOf':
        setHand(command.id ?? me()?.id, command.isRaised ?? false);
        break;
      case 'setPreferences':
        change({ preferences: command.preferences });
        break;
      case 'setImpairment':
        if (state.refuses === 'setImpairment') send({ type: 'refused', command: 'setImpairment', code: 'badImpairment' });
        else change({ impairment: command.text });
        break;
      case 'watchStats':
        state.isWatched = command.isWatching;
        if (command.isWatching) send({ type: 'stats', isReset: true, samples: history() });
        break;
      case 'startMeeting':
        show('alone');
        break;
      case 'joinMeeting':
        show('waiting');
        break;
      case 'cancelJoin':
      case 'dismiss':
        show('lobby');
        break;
      case 'leave':
        show('left');
        break;
      case 'endMeeting':
        show('ended');
        break;
      case 'admit':
      case 'deny':
        change({ requests: state.snapshot.requests.filter((r) => r.id !== command.id) });
        break;
      case 'admitAll':
        change({ requests: [] });
        break;
      default:
        break;
    }
  }

  const me = () => state.snapshot.participants.find((p) => p.isMe);
  const nameOf = (id) => state.snapshot.participants.find((p) => p.id === id)?.name ?? null;
  const answered = new Map();
  let lines = 1_000;

  /** Somebody writes. */
  function post({ from = 'p1', name = nameOf(from), text = '', to = null, clientId = null, kind = 'text' }) {
    // A line that comes again is the same line.
    const known = clientId === null ? undefined : answered.get(clientId);
    const message = known ?? { id: ++lines, kind, from, name, text, at: Date.now(), to, toName: nameOf(to), clientId };
    if (clientId !== null) answered.set(clientId, message);
    send({ type: 'chat', isReset: false, hasOlder: false, messages: [message] });
  }

  function setHand(id, isRaised) {
    const hands = state.snapshot.participants.filter((p) => p.hand !== null && p.id !== id).sort((a, b) => a.hand - b.hand).map((p) => p.id);
    if (isRaised) hands.push(id);
    change({ participants: state.snapshot.participants.map((p) => ({ ...p, hand: hands.includes(p.id) ? hands.indexOf(p.id) + 1 : null })) });
  }

  /** What was measured before anybody looked: as many seconds as a test wants. */
  function history() {
    const seconds = state.measuredSeconds ?? 600;
    const now = agentNow();
    return Array.from({ length: seconds }, (_, i) => sampleAt(now - (seconds - 1 - i) * 1_000, state, state.hasTransfer));
  }

  function change(part) {
    state.snapshot = { ...state.snapshot, ...part, revision: ++state.revision };
    send({ type: 'snapshot', snapshot: state.snapshot });
  }

  function show(name) {
    state.scene = name;
    change(scenes[name](agentNow()));
    send({ type: 'chat', isReset: true, hasOlder: false, messages: state.snapshot.screen === 'meeting' && name !== 'alone' ? chats.usual : [] });
  }

  const frameIds = new Map();
  let sequence = 0;

  /** Gives a picture to everybody's tile that is visible. */
  function give(pictureOf, time) {
    if (state.snapshot.screen !== 'meeting') return;
    for (const p of state.snapshot.participants) {
      const picture = pictureOf(p);
      if (p.isMe || p.camera !== 'on' || picture === null || (state.visible !== null && !state.visible.includes(p.id))) continue;
      const frameId = (frameIds.get(p.videoTrack) ?? 0) + 1;
      frameIds.set(p.videoTrack, frameId);
      const header = Buffer.alloc(32);
      header[0] = picture.codec;
      header[1] = picture.flags;
      header.writeUInt16LE(picture.width, 2);
      header.writeUInt16LE(picture.height, 4);
      header.writeUInt32LE(p.videoTrack, 8);
      header.writeUInt32LE(frameId, 12);
      header.writeDoubleLE(time, 16);
      header.writeDoubleLE(state.showAfterMs === undefined ? 0 : time + state.showAfterMs, 24);
      sockets['video-in'].forEach((ws) => ws.bufferedAmount < 2_000_000 && ws.send(Buffer.concat([header, picture.data])));
    }
  }

  /** JPEGs of one's own camera come back at the pace of the others' pictures; what depends on one another comes back at once and whole. */
  function onPicture(picture) {
    echo = picture.codec === 104 ? picture : null;
    if (picture.codec !== 104) give((p) => (state.loses?.(p, picture) === true ? skip(p) : picture), picture.time);
  }

  /** A picture that is lost leaves a gap. */
  function skip({ videoTrack }) {
    frameIds.set(videoTrack, (frameIds.get(videoTrack) ?? 0) + 1);
    return null;
  }

  const jpegs = pictures.map((data) => ({ codec: 104, flags: 1, width: 640, height: 360, data }));
  const timers = [
    setInterval(() => give((p) => (jpegs.length > 0 ? jpegs[(p.videoTrack - 1) % jpegs.length] : echo), 0), 66),
    setInterval(() => {
      if (state.snapshot.screen !== 'meeting') return;
      send(networkOf(state, agentNow()));
    }, 500),
    setInterval(() => {
      if (state.snapshot.screen === 'meeting' && state.isWatched) send({ type: 'stats', isReset: false, samples: [sampleAt(agentNow(), state, state.hasTransfer)] });
    }, 1_000),
  ];

  // Somebody is heard: 440 Hz, paced by the clock and not by the timer, which is late under load.
  let toneStart = 0;
  let toneFrames = 0;
  timers.push(
    setInterval(() => {
      if (!state.isHeard) {
        toneStart = 0;
        return;
      }

      if (toneStart === 0) {
        toneStart = agentNow();
        toneFrames = 0;
      }

      for (; toneFrames * 10 <= agentNow() - toneStart; toneFrames++) {
        const frame = Buffer.alloc(976);
        frame[0] = 1;
        frame[1] = toneFrames === 0 ? 1 : 0;
        frame.writeUInt16LE(480, 2);
        frame.writeUInt32LE(sequence++, 4);
        for (let i = 0; i < 480; i++) frame.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * (toneFrames * 480 + i)) / 48_000)), 16 + i * 2);
        sockets.audio.forEach((ws) => ws.send(frame));
      }
    }, 5),
  );

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  return {
    address,
    link: `${address}#launch=mock`,
    state,
    show,
    change,
    send,
    post,
    closeSockets: (code) => Object.values(sockets).forEach((all) => all.forEach((ws) => ws.close(code))),
    stop: () => {
      timers.forEach(clearInterval);
      Object.values(sockets).forEach((all) => all.forEach((ws) => ws.terminate()));
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
  const agent = await startMockAgent({ port: Number(option('--port', 5010)), scene: option('--scene', 'lobby') });
  console.log(`${agent.link}   scenes: ${Object.keys(scenes).join(' ')}`);
}

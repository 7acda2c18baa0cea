// What the mock agent measures: a network that breathes, made worse by what --impair would do to it.

/** A number between 0 and 1 that is the same each time it is asked for. */
const noise = (i, salt) => {
  const x = Math.sin(i * 127.1 + salt * 311.7) * 43_758.5453;
  return x - Math.floor(x);
};

/** The parts of an impairment that the numbers below follow. */
function impaired(text) {
  const part = (key, unit) => Number(new RegExp(`(?:^|,)${key}=([0-9.]+)${unit}`).exec(text)?.[1] ?? 0);
  const way = /direction=(up|down)/.exec(text)?.[1] ?? 'both';
  return {
    up: way === 'down' ? 0 : 1, down: way === 'up' ? 0 : 1,
    loss: part('loss', '%') / 100, delay: part('delay', 'ms'), jitter: part('jitter', 'ms'), rate: part('rate', 'kbit') * 1_000,
  };
}

/** One second of statistics. `state` holds what a test wants: rttMs, loss, and the snapshot with its impairment. */
export function sampleAt(at, state, transfer = false) {
  const i = Math.round(at / 1_000);
  const bad = impaired(state.snapshot.impairment);
  const loss = state.loss ?? 0;
  const rtt = (state.rttMs ?? 3.4) * (0.9 + 0.25 * noise(i, 1)) + bad.delay * (bad.up + bad.down);
  const lossOf = (isThere, salt) => Math.max(0, (loss + bad.loss * isThere) * (0.8 + 0.4 * noise(i, salt)));
  const others = state.snapshot.participants.filter((p) => !p.isMe && p.camera === 'on' && p.presence === 'present');
  const me = state.snapshot.participants.find((p) => p.isMe);
  const fits = bad.rate === 0 ? 1 : Math.min(1, bad.rate / 2.4e6);
  const isAudioOnly = state.snapshot.preferences.reception === 'audioOnly';
  const people = isAudioOnly
    ? []
    : [
        ...(me?.camera === 'on' ? [{ p: me, isMe: true }] : []),
        ...others.map((p) => ({ p, isMe: false })),
      ].map(({ p, isMe }, k) => {
        const isSmall = state.snapshot.preferences.reception === 'saver' || fits < 0.5;
        const fps = Math.max(1, (k === 3 ? 7 : 15) * (1 - loss * 2) * fits + noise(i, 30 + k) - 0.5);
        return {
          id: p.id, codec: k % 3 === 2 ? 'jpeg' : 'h264', width: isSmall ? 256 : k === 0 ? 1280 : 640, height: isSmall ? 144 : k === 0 ? 720 : 360,
          fps: Math.round(fps * 10) / 10, bitrate: (isSmall ? 1.2e5 : k === 0 ? 1.4e6 : 5.2e5) * (0.85 + 0.3 * noise(i, 50 + k)),
          framesLost: isMe ? 0 : Math.floor(loss * 30 * noise(i, 70 + k)), freezeMs: isMe || loss < 0.05 ? 0 : Math.round(400 * Math.max(0, noise(i, 80 + k) - 0.6)),
          latencyMs: isMe ? null : 62 + rtt + 18 * noise(i, 90 + k),
        };
      });
  const isHeard = others.length > 0;
  const sum = (list) => list.reduce((total, p) => total + p.bitrate, 0);
  return {
    at, rttMs: rtt, lossUp: lossOf(bad.up, 2), lossDown: lossOf(bad.down, 3) * (bad.loss > 0 ? 1 : 0.3), jitterUpMs: 0.8 + noise(i, 4) + bad.jitter * 0.6 * bad.up,
    jitterDownMs: 0.7 + 1.4 * noise(i, 5) + bad.jitter * 0.6 * bad.down, fpsSent: people[0]?.fps ?? 0, fpsReceived: people.slice(1).reduce((t, p) => t + p.fps, 0),
    bitrateUp: 9.6e4 + sum(people.slice(0, 1)), bitrateDown: 9.6e4 + sum(people.slice(1)), targetUp: bad.rate > 0 ? bad.rate * 0.9 : 4.2e6 - 4e5 * noise(Math.floor(i / 20), 6),
    congestionWindow: transfer ? 64_000 + 4_000 * (i % 40) : null, slowStartThreshold: transfer ? 120_000 : null, concealedMs: loss > 0.02 ? 20 * noise(i, 7) : 0,
    latency: {
      capture: isHeard ? 13 + noise(i, 8) : null, packet: isHeard ? 10 : null, network: isHeard ? rtt : null,
      jitterBuffer: isHeard ? 20 + (loss > 0 ? 25 : 0) + bad.jitter * 1.5 : null, mix: isHeard ? 15 : null, playout: isHeard ? 34 + 4 * noise(i, 9) : null,
    },
    people,
  };
}

/** The network event of a moment, judged as the agent would. */
export function networkOf(state, at) {
  const sample = sampleAt(at, state);
  const bad = impaired(state.snapshot.impairment);
  const lossUp = (state.loss ?? 0) + bad.loss * bad.up;
  const lossDown = bad.loss * bad.down;
  const rttMs = (state.rttMs ?? 3.4) + bad.delay * (bad.up + bad.down);
  const level = (value, fair, poor) => (value >= poor ? 2 : value >= fair ? 1 : 0);
  const byLoss = level(Math.max(lossUp, lossDown), 0.02, 0.1);
  const byRtt = level(rttMs, 120, 300);
  const words = ['good', 'fair', 'poor'];
  const quality =
    byLoss === 0 && byRtt === 0
      ? { level: 'good', cause: 'none', direction: 'both', value: 0 }
      : byLoss >= byRtt
        ? { level: words[byLoss], cause: 'loss', direction: lossUp >= lossDown ? 'up' : 'down', value: Math.max(lossUp, lossDown) }
        : { level: words[byRtt], cause: 'roundTrip', direction: 'both', value: rttMs };
  return { type: 'network', rttMs, lossUp, lossDown, jitterMs: sample.jitterDownMs, bitrateUp: sample.bitrateUp, bitrateDown: sample.bitrateDown, quality: state.quality ?? quality };
}

// What the mock agent shows: one snapshot per scene, in the shape of docs/protocol/ui.md.

const names = [
  'Anna Lindqvist', 'Tomás Herrera', 'Priya Raman', 'Jonas Weber', 'Mei Tanaka', 'Oluwaseun Adeyemi', 'Clara Dubois', 'Igor Petrov',
  'Fatima Al-Sayed', 'Lucas Moreau', 'Noor Haddad', 'Sam O’Neill', 'Yuki Sato',
];

const startedAt = () => Date.now() - 754_000;

export function person(i, change = {}) {
  return {
    id: `p${i}`, name: names[i] ?? `Person ${i}`, role: i === 0 ? 'host' : 'participant', presence: 'present',
    microphone: i % 3 === 2 ? 'off' : 'on', camera: i === 4 ? 'off' : 'on', videoTrack: i + 1, isMe: false, isSpeaking: i === 1, hand: null, ...change,
  };
}

const meeting = (change = {}) => ({
  id: 'm1', code: '482913', link: 'parley://192.168.1.20:5000/482913#q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng',
  addresses: ['192.168.1.20:5000', '10.0.0.7:5000'], title: 'Weekly planning', startedAt: startedAt(), isRecording: false, check: null,
  isHostedHere: true, ...change,
});

const base = (change = {}) => ({
  revision: 1, screen: 'lobby', name: 'Anna Lindqvist', microphone: 'off', camera: 'off', attempt: null, meeting: null, participants: [],
  requests: [], problem: null, isReconnecting: false, hostsOthers: 0, activeSpeaker: null, preferences: { codec: null, reception: 'full' }, impairment: '', videoCodec: null, ...change,
});

const problem = (reason, change = {}) => ({ reason, server: '192.168.1.20:5000', code: '482913', retryAfterMs: null, detail: null, ...change });
const over = (reason, change) => base({ screen: 'over', problem: problem(reason, change) });
const attempt = (now, change = {}) => ({ server: '192.168.1.20:5000', code: '482913', check: null, since: now - 12_000, ...change });

/** People of whom the first is oneself; the camera of the fake device is on. */
const people = (count, me = {}) => Array.from({ length: count }, (_, i) => person(i, i === 0 ? { isMe: true, microphone: 'on', camera: 'on', ...me } : {}));
const inMeeting = (participants, change = {}) =>
  base({ screen: 'meeting', meeting: meeting(), participants, activeSpeaker: participants.some((p) => p.id === 'p1') ? 'p1' : null, ...change });
const requests = [
  { id: 'r1', name: 'Clara Dubois', check: '314159' },
  { id: 'r2', name: 'Igor Petrov', check: null },
  { id: 'r3', name: 'Sam', check: null },
];
const long = 'Maximiliane Alexandra von Hohenstein-Wolfenbüttel-Bevern the 3rd';

const at = (i) => startedAt() + 60_000 * i;
const line = (id, i, text, change = {}) => ({
  id, kind: 'text', from: `p${i}`, name: names[i], text, at: at(Math.floor(id / 2)), to: null, toName: null, clientId: i === 0 ? `mine-${id}` : null, ...change,
});
const event = (id, i, kind) => line(id, i, '', { kind, clientId: null });
const chat = [
  line(1, 1, 'Morning. Can everybody see the plan on the wall?'),
  line(2, 0, 'Yes, very clearly'),
  line(3, 0, 'I moved the pump test to Thursday, the parts arrive on Wednesday.'),
  event(4, 3, 'joined'),
  line(5, 2, 'Good. The drawings are at http://files.local/drawings/2026/pump-station-4/revision-12/overview-of-everything.pdf'),
  line(6, 8, 'صباح الخير! هل يمكننا أن نبدأ بتقرير السلامة؟'),
  line(7, 3, 'Two points from me:\n1. power at the north gate\n2. the new radios'),
];

/** Whispers among the lines: one to me, my answer, and who became host meanwhile. */
const privateChat = [
  ...chat,
  line(8, 2, 'Anna, is the budget for the radios approved? I would rather not ask in front of everyone.', { to: 'p0', toName: names[0] }),
  line(9, 0, 'Since yesterday. You can tell them.', { to: 'p2', toName: names[2] }),
  event(10, 1, 'hostChanged'),
  line(11, 2, 'Thank you'),
];

/** Everything that a link can be. */
const linkChat = [
  line(1, 1, 'The minutes (http://files.local/minutes_(draft)), please read.'),
  line(2, 2, 'And my bank, honestly: https://аpple.com/login?next=%2F'),
  line(3, 3, 'هنا: http://files.local/تقرير وشكرا'),
  line(4, 1, 'Not links: javascript:alert(1), http://files.local@evil.example/, <a href="http://x">x</a> <img src=x onerror=alert(1)>'),
];

/** A meeting that goes on since the day before yesterday. */
const longChat = [
  line(1, 1, 'First day: the pumps are in.', { at: startedAt() - 2 * 86_400_000 }),
  line(2, 2, 'Second day: the pipes too.', { at: startedAt() - 86_400_000 }),
  ...chat.map((l) => ({ ...l, id: l.id + 2 })),
];

export const chats = { usual: chat, private: privateChat, links: linkChat, long: longChat, none: [] };

export const scenes = {
  lobby: () => base(),
  lobbyNoName: () => base({ name: '' }),
  lobbyWrongCode: () => base({ problem: problem('wrongCode') }),
  lobbyUnreachable: () => base({ problem: problem('unreachable', { detail: 'Connection refused' }) }),
  joining: (now) => base({ screen: 'joining', attempt: attempt(now) }),
  waiting: (now) => base({ screen: 'waiting', attempt: attempt(now) }),
  waitingCheck: (now) => base({ screen: 'waiting', attempt: attempt(now, { check: '271828' }) }),
  alone: () => inMeeting(people(1)),
  meeting2: () => inMeeting(people(2)),
  meeting3: () => inMeeting(people(3)),
  meeting4: () => inMeeting(people(4)),
  meeting5: () => inMeeting(people(5)),
  meeting9: () => inMeeting(people(9)),
  meeting12: () => inMeeting(people(12)),
  hands: () => inMeeting(people(5).map((p, i) => ({ ...p, hand: [2, null, 1, null, 3][i] }))),
  requests: () => inMeeting(people(3), { requests }),
  request: () => inMeeting(people(2), { requests: requests.slice(0, 1) }),
  check: () => inMeeting([person(1, { role: 'host' }), ...people(1, { role: 'participant' })], { meeting: meeting({ check: '271828', isHostedHere: false }) }),
  away: () => inMeeting(people(4).map((p) => (p.id === 'p2' ? { ...p, presence: 'away' } : p))),
  reconnecting: () => inMeeting(people(3), { isReconnecting: true }),
  longNames: () =>
    inMeeting(people(4).map((p, i) => (i === 1 || i === 2 ? { ...p, name: long } : p)), {
      meeting: meeting({ title: 'Quarterly review of the harbour extension, phase two, with everybody from both sites and their deputies' }),
      requests: [{ id: 'r1', name: long, check: '314159' }],
    }),
  camerasOff: () => inMeeting(people(6).map((p) => ({ ...p, camera: 'off' }))),
  denied: () => over('denied'),
  ended: () => base({ screen: 'over', meeting: meeting(), problem: problem('ended') }),
  removed: () => over('removed'),
  left: () => base({ screen: 'over', meeting: meeting(), problem: problem('left') }),
  unreachable: () => over('unreachable', { detail: 'Connection refused (192.168.1.20:5000)' }),
  keyChanged: () => over('keyChanged'),
  versionMismatch: () => over('versionMismatch'),
  serverStopped: () => over('serverStopped'),
  seatExpired: () => over('seatExpired'),
  rateLimited: () => over('rateLimited', { retryAfterMs: 25_000 }),
};

import { beforeEach, describe, expect, test } from 'vitest';
import type { MediaSnapshot } from '../media/engine.ts';
import type { QualityReason, QualityStep, UiChatMessage, UiCommand, UiParticipant, UiSnapshot, UiStatsSample } from '../protocol/messages.g.ts';
import { Application } from './application.ts';

const media: MediaSnapshot = {
  microphone: 'off',
  camera: 'off',
  isAsking: { microphone: false, camera: false },
  preview: undefined,
  microphones: [],
  cameras: [],
  speakers: [],
  isSoundBlocked: false,
  chosen: { microphone: '', camera: '', speaker: '' },
  encoders: ['jpeg'],
};

const person = (id: string, change: Partial<UiParticipant> = {}): UiParticipant => ({
  id,
  name: id.toUpperCase(),
  role: 'participant',
  presence: 'present',
  microphone: 'on',
  camera: 'on',
  videoTrack: 1,
  isMe: false,
  isSpeaking: false,
  hand: null,
  ...change,
});

const me = person('me', { isMe: true, role: 'host' });
const lobby: UiSnapshot = {
  revision: 1,
  screen: 'lobby',
  name: 'Me',
  microphone: 'off',
  camera: 'off',
  attempt: null,
  meeting: null,
  participants: [],
  requests: [],
  problem: null,
  isReconnecting: false,
  hostsOthers: 0,
  activeSpeaker: null,
  preferences: { codec: null, reception: 'full' },
  impairment: '',
  videoCodec: null,
};
const meeting: UiSnapshot = {
  ...lobby,
  screen: 'meeting',
  meeting: { id: 'm', code: '482913', link: '', addresses: [], title: '', startedAt: 0, isRecording: false, check: null, isHostedHere: true },
  participants: [me],
};

const line = (id: number, from: string): UiChatMessage => ({ id, from, name: from, text: `text ${id}`, at: id, kind: 'text', to: null, toName: null, clientId: null });

let sent: UiCommand[];
let calls: string[];
let isThere: boolean;
let application: Application;
let ids = 0;

beforeEach(() => {
  ids = 0;
  sent = [];
  calls = [];
  isThere = true;
  const call = (name: string) => () => {
    calls.push(name);
    return Promise.resolve();
  };
  application = new Application(
    { open: call('agent.open'), send: (command) => isThere && sent.push(command) > 0, toPage: (time) => time + 1_000 },
    {
      open: call('open'),
      close: call('close'),
      startDevices: call('startDevices'),
      startPlayout: call('startPlayout'),
      setInMeeting: (isInMeeting) => calls.push(`inMeeting ${isInMeeting}`),
      want: (kind, isWanted) => Promise.resolve(void calls.push(`want ${kind} ${isWanted}`)),
      choose: call('choose'),
      chooseSpeaker: call('chooseSpeaker'),
    },
    media,
    { read: () => undefined, write: () => undefined },
    () => `new ${++ids}`,
  );
});

const show = (snapshot: UiSnapshot, now = 0) => application.onEvent(now, { type: 'snapshot', snapshot });
const notices = () => application.snapshot.notices.map((n) => n.text);

describe('devices', () => {
  test('are started when the agent welcomes the page, and their states are sent', () => {
    application.onLink('open');
    expect(calls).toEqual(['open', 'startDevices']);
    expect(sent).toEqual([{ type: 'setDevices', microphone: 'off', camera: 'off' }]);
  });

  test('are sent once per change, and again after the link was lost', () => {
    application.onLink('open');
    application.onMedia({ ...media, microphone: 'on' });
    application.onMedia({ ...media, microphone: 'on' });
    expect(sent.length).toBe(2);
    application.onLink('lost');
    application.onMedia({ ...media, microphone: 'on', camera: 'refused' });
    expect(sent.length).toBe(2);
    application.onLink('open');
    expect(sent.at(-1)).toEqual({ type: 'setDevices', microphone: 'on', camera: 'refused' });
  });

  test('are let go when another tab takes over, and not when the link is only lost', () => {
    application.onLink('open');
    application.onLink('lost');
    expect(calls).not.toContain('close');
    application.onLink('takenOver');
    expect(calls).toContain('close');
  });

  test('a toggle of what is missing, refused or failed tries again', () => {
    for (const state of ['missing', 'refused', 'failed', 'off'] as const) {
      application.onMedia({ ...media, camera: state });
      application.toggle('camera');
      expect(calls.at(-1)).toBe('want camera true');
    }

    application.onMedia({ ...media, camera: 'on' });
    application.toggle('camera');
    expect(calls.at(-1)).toBe('want camera false');
  });
});

describe('a meeting', () => {
  test('is sent to only while it is on the screen', () => {
    show(lobby);
    show(meeting);
    show({ ...meeting, screen: 'over' });
    expect(calls.filter((c) => c.startsWith('inMeeting'))).toEqual(['inMeeting false', 'inMeeting true', 'inMeeting false']);
  });

  test('tells who joined, left, became host and went away, but not who was there from the start', () => {
    show({ ...meeting, participants: [me, person('a')] });
    expect(notices()).toEqual([]);
    show({ ...meeting, participants: [me, person('a'), person('b')] });
    expect(notices()).toEqual([{ key: 'joined', name: 'B' }]);
    show({ ...meeting, participants: [{ ...me, role: 'participant' }, person('a', { presence: 'away' }), person('b', { role: 'host' })] });
    expect(notices().slice(1)).toEqual([{ key: 'away', name: 'A' }, { key: 'nowHost', name: 'B' }]);
    show({ ...meeting, participants: [me] });
    expect(notices().at(-1)).toEqual({ key: 'left', name: 'B' });
  });

  test('announces a request once', () => {
    const asked = { ...meeting, requests: [{ id: 'r', name: 'Clara', check: null }] };
    show(meeting);
    show(asked);
    show({ ...asked, revision: 3 });
    expect(notices()).toEqual([{ key: 'asks', name: 'Clara' }]);
  });

  test('takes notices away after four seconds, at most three at once', () => {
    show(meeting, 0);
    show({ ...meeting, participants: [me, ...['a', 'b', 'c', 'd'].map((id) => person(id))] }, 100);
    expect(notices().length).toBe(3);
    application.tick(4_099);
    expect(notices().length).toBe(3);
    application.tick(4_100);
    expect(notices().length).toBe(0);
  });

  const tiles = [
    { id: 'a', width: 640, height: 360 },
    { id: 'b', width: 640, height: 360 },
  ];

  test('asks for the pictures on the screen when they change, and again in another meeting', () => {
    show(meeting);
    application.setVisible(tiles);
    application.setVisible(tiles);
    expect(sent).toEqual([{ type: 'setVisible', tiles }]);
    show({ ...meeting, screen: 'over' });
    show(meeting);
    application.setVisible(tiles);
    expect(sent.length).toBe(2);
  });
});

describe('chat', () => {
  const post = (isReset: boolean, ...messages: UiChatMessage[]) => application.onEvent(0, { type: 'chat', isReset, hasOlder: false, messages });
  const write = (text: string) => {
    application.writeChat(text);
    return application.sendChat(0);
  };

  beforeEach(() => {
    application.onLink('open');
    show(meeting);
    post(true);
    sent = [];
  });

  test('counts what others write while it is closed, private lines apart', () => {
    post(false, line(2, 'a'), line(3, 'me'), { ...line(4, 'b'), to: 'me' });
    expect(application.snapshot.chat).toMatchObject({ unread: 1, unreadPrivate: 1 });
    application.togglePanel('chat');
    expect(application.snapshot.chat).toMatchObject({ unread: 0, unreadPrivate: 0 });
    post(false, line(5, 'a'));
    expect(application.snapshot.chat.unread).toBe(0);
    application.togglePanel('chat');
    post(false, line(6, 'a'));
    expect(application.snapshot.chat.unread).toBe(1);
  });

  test('tells of a private line when nobody looks', () => {
    post(false, { ...line(2, 'b'), to: 'me' });
    expect(notices()).toEqual([{ key: 'private', name: 'b' }]);
    application.openPanel('chat');
    expect(notices()).toEqual([]);
    post(false, { ...line(3, 'b'), to: 'me' });
    expect(notices()).toEqual([]);
  });

  test('a line without an agent is sent when one is there, and again until it is answered', () => {
    isThere = false;
    expect(write('hello')).toBe(true);
    expect(application.snapshot.chat.lines).toMatchObject([{ text: 'hello', state: 'sending' }]);
    isThere = true;
    post(true);
    post(true);
    const line1 = { type: 'sendChat', id: 'new 1', text: 'hello', to: null };
    expect(sent.filter((c) => c.type === 'sendChat')).toEqual([line1, line1]);
    post(false, { ...line(7, 'me'), text: 'hello', clientId: 'new 1' });
    expect(application.snapshot.chat.lines).toMatchObject([{ key: 'new 1', id: 7, state: 'sent' }]);
    post(true, { ...line(7, 'me'), text: 'hello', clientId: 'new 1' });
    expect(sent.filter((c) => c.type === 'sendChat').length).toBe(2);
  });

  test('a refused line says why, and can be tried again or thrown away', () => {
    application.addressChat({ id: 'b', name: 'B' });
    write('psst');
    application.onEvent(0, { type: 'chatFailed', id: 'new 1', code: 'gone' });
    expect(application.snapshot.chat.lines).toMatchObject([{ to: 'b', toName: 'B', state: 'failed', failure: 'gone' }]);
    application.retryChat(5, 'new 1');
    expect(application.snapshot.chat.lines).toMatchObject([{ state: 'sending', at: 5 }]);
    expect(sent.at(-1)).toEqual({ type: 'sendChat', id: 'new 1', text: 'psst', to: 'b' });
    application.onEvent(0, { type: 'chatFailed', id: 'new 1', code: 'gone' });
    application.discardChat('new 1');
    expect(application.snapshot.chat.lines).toEqual([]);
  });

  test('what was not sent before the meeting ended is told', () => {
    write('too late');
    show({ ...meeting, screen: 'over', participants: [] });
    expect(notices()).toEqual([{ key: 'unsent', count: 1 }]);
  });

  test('older lines are asked for only when there are some', () => {
    application.loadOlderChat();
    expect(sent).toEqual([]);
    application.onEvent(0, { type: 'chat', isReset: true, hasOlder: true, messages: [line(9, 'a')] });
    application.loadOlderChat();
    expect(sent).toEqual([{ type: 'loadOlderChat', before: 9 }]);
  });
});

describe('reactions and hands', () => {
  test('a reaction is shown for 2.6 s to whoever gets it, the sender too, and once', () => {
    show({ ...meeting, participants: [me, person('b')] });
    application.react(0, 'party');
    expect(application.snapshot.reactions).toEqual([]);
    application.onEvent(0, { type: 'reaction', from: 'me', reaction: 'party' });
    application.onEvent(100, { type: 'reaction', from: 'b', reaction: 'heart' });
    expect(application.snapshot.reactions).toMatchObject([{ from: 'me', reaction: 'party' }, { from: 'b', name: 'B', reaction: 'heart' }]);
    application.tick(2_599);
    expect(application.snapshot.reactions.length).toBe(2);
    application.tick(2_600);
    expect(application.snapshot.reactions.length).toBe(1);
    application.tick(2_700);
    expect(application.snapshot.reactions).toEqual([]);
  });

  test('five at once and one a second are sent, and the buttons know', () => {
    show(meeting);
    sent = [];
    for (let i = 0; i < 8; i++) application.react(10_000, 'ok');
    expect(sent.length).toBe(5);
    expect(application.snapshot.canReact).toBe(false);
    application.tick(10_900);
    expect(application.snapshot.canReact).toBe(false);
    application.tick(11_000);
    expect(application.snapshot.canReact).toBe(true);
    application.react(11_000, 'ok');
    expect(sent.length).toBe(6);
  });

  test('no more are on the screen than can be told apart', () => {
    show(meeting);
    for (let i = 0; i < 200; i++) application.onEvent(0, { type: 'reaction', from: 'b', reaction: 'cheer' });
    expect(application.snapshot.reactions.length).toBe(60);
  });

  test('one hand goes up and down, and it is told who lowered it only when that was somebody else', () => {
    show({ ...meeting, participants: [me, person('b')] });
    application.toggleHand();
    expect(sent.at(-1)).toEqual({ type: 'raiseHand', isRaised: true });
    show({ ...meeting, participants: [{ ...me, hand: 1 }, person('b')] });
    application.toggleHand();
    expect(sent.at(-1)).toEqual({ type: 'raiseHand', isRaised: false });
    show({ ...meeting, participants: [me, person('b')] });
    expect(notices()).toEqual([]);
    application.toggleHand();
    show({ ...meeting, participants: [{ ...me, hand: 1 }, person('b')] });
    show({ ...meeting, participants: [me, person('b')] });
    expect(notices()).toEqual([{ key: 'handLowered' }]);
  });

  test('the host is told of a hand, and nobody else is', () => {
    const raised = (host: 'me' | 'c') => [
      { ...me, role: host === 'me' ? ('host' as const) : ('participant' as const) }, person('b', { hand: 1 }), person('c', { role: host === 'c' ? 'host' : 'participant' }),
    ];
    for (const host of ['me', 'c'] as const) {
      show({ ...meeting, participants: raised(host).map((p) => ({ ...p, hand: null })) });
      show({ ...meeting, participants: raised(host) });
    }
    expect(notices().filter((n) => n.key === 'handRaised')).toEqual([{ key: 'handRaised', name: 'B' }]);
  });
});

describe('joining', () => {
  test('is busy until the screen changes or a problem comes, at most five seconds', () => {
    show(lobby);
    application.joinMeeting(0, ' Me ', ' ship:5000 ', '482913');
    expect(sent).toEqual([{ type: 'joinMeeting', name: 'Me', server: 'ship:5000', code: '482913' }]);
    expect(application.snapshot.isBusy).toBe(true);
    show({ ...lobby, screen: 'joining' });
    expect(application.snapshot.isBusy).toBe(false);

    application.startMeeting(0, 'Me');
    application.tick(4_999);
    expect(application.snapshot.isBusy).toBe(true);
    application.tick(5_000);
    expect(application.snapshot.isBusy).toBe(false);
  });

  test('is tried again with what the problem is about', () => {
    show({ ...lobby, screen: 'over', problem: { reason: 'denied', server: 'ship:5000', code: '482913', retryAfterMs: null, detail: null } });
    application.retry(0);
    expect(sent.map((c) => c.type)).toEqual(['dismiss', 'joinMeeting']);
  });

  test('that cannot be tried again leads back to the lobby', () => {
    show({ ...lobby, screen: 'over', problem: { reason: 'ended', server: null, code: null, retryAfterMs: null, detail: null } });
    application.retry(0);
    expect(sent).toEqual([{ type: 'dismiss' }]);
  });

  test('says since when on the clock of the page', () => {
    expect(application.attemptSince()).toBeUndefined();
    show({ ...lobby, screen: 'waiting', attempt: { server: 's', code: '1', check: null, since: 500 } });
    expect(application.attemptSince()).toBe(1_500);
  });
});

test('a command that is refused becomes a notice', () => {
  application.onEvent(0, { type: 'refused', command: 'admit', code: 'notHost' });
  expect(notices()).toEqual([{ key: 'refused', code: 'notHost' }]);
});

test('the name is sent only when it changed and is not empty', () => {
  show(lobby);
  application.setName(' Me ');
  application.setName('  ');
  application.setName('Anna');
  expect(sent).toEqual([{ type: 'setName', name: 'Anna' }]);
});

describe('the network panel', () => {
  const sample = (at: number) => ({ at }) as UiStatsSample;
  const stats = (now: number, isReset: boolean, ...ats: number[]) => application.onEvent(now, { type: 'stats', isReset, samples: ats.map(sample) });
  const watched = () => sent.flatMap((c) => (c.type === 'watchStats' ? [c.isWatching] : []));
  const shown = () => application.snapshot.stats.map((s) => s.at);

  test('asks for statistics while it is open only, and keeps none when it is closed', () => {
    application.openPanel('network');
    application.openPanel('network');
    stats(0, true, 1, 2);
    expect(shown()).toEqual([1, 2]);
    application.openPanel('chat');
    expect(watched()).toEqual([true, false]);
    expect(shown()).toEqual([]);
    stats(1_000, false, 3);
    application.tick(2_000);
    expect(shown()).toEqual([]);
  });

  test('asks again when the agent came back, and stops with the meeting', () => {
    application.onLink('open');
    show(meeting);
    application.togglePanel('network');
    application.onLink('lost');
    application.onLink('open');
    expect(watched()).toEqual([true, true]);
    show(lobby);
    expect(watched()).toEqual([true, true, false]);
    expect(application.snapshot.panel).toBe('none');
  });

  test('changes at most ten times a second, and shows the last of a burst by itself', () => {
    application.openPanel('network');
    let changes = 0;
    let before = application.snapshot.stats;
    application.subscribe((s) => {
      if (s.stats !== before) changes++;
      before = s.stats;
    });
    for (let i = 0; i < 100; i++) stats(i * 10, false, i);
    expect(changes).toBeLessThanOrEqual(10);
    application.tick(1_250);
    expect(shown().at(-1)).toBe(99);
  });
});

describe('a simulated bad network', () => {
  test('that is refused is said, until the next try', () => {
    application.openPanel('impairment');
    application.setImpairment('loss=6%');
    expect(sent.at(-1)).toEqual({ type: 'setImpairment', text: 'loss=6%' });
    application.onEvent(0, { type: 'refused', command: 'setImpairment', code: 'badImpairment' });
    expect(application.snapshot.impairmentRefused).toBe('badImpairment');
    application.setImpairment('');
    expect(application.snapshot.impairmentRefused).toBeUndefined();
  });
});

describe('changes of quality', () => {
  const change = (step: QualityStep, reason: QualityReason = 'loss') => ({ step, reason, fromHeight: 720, toHeight: 360 });
  const happens = (now: number, step: QualityStep, reason?: QualityReason) => application.onEvent(now, { type: 'quality', change: change(step, reason) });

  test('are told, at most one of a kind in five seconds', () => {
    happens(0, 'videoDown');
    happens(100, 'audioNarrowed');
    happens(4_900, 'videoDown');
    expect(notices().map((n) => n.key === 'quality' && n.change.step)).toEqual(['videoDown', 'audioNarrowed']);
    happens(5_000, 'videoDown');
    expect(notices().length).toBe(3);
  });

  test('that the person chose need no telling', () => {
    happens(0, 'videoDown', 'preference');
    expect(notices()).toEqual([]);
  });

  test('stay long enough to be read', () => {
    happens(0, 'videoDown');
    application.tick(6_900);
    expect(notices().length).toBe(1);
    application.tick(7_000);
    expect(notices()).toEqual([]);
  });
});

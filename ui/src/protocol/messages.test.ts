import { expect, test } from 'vitest';
import { decodeUiEvent } from './messages.g.ts';

const snapshot = {
  revision: 1, screen: 'lobby', name: '', microphone: 'off', camera: 'off', attempt: null, meeting: null, participants: [], requests: [],
  problem: null, isReconnecting: false, hostsOthers: 0, activeSpeaker: null, preferences: { codec: null, reception: 'full' }, impairment: '', videoCodec: null,
};

test('a known message of the right shape is read, members that are not known included', () => {
  expect(decodeUiEvent({ type: 'pong', pageTime: 1, agentTime: 2, later: true })).toMatchObject({ type: 'pong', agentTime: 2 });
  expect(decodeUiEvent({ type: 'snapshot', snapshot })).toBeDefined();
});

test.each([
  null,
  [],
  'pong',
  {},
  { type: 'unheardOf' },
  { type: 'pong', pageTime: '1', agentTime: 2 },
  { type: 'pong', pageTime: NaN, agentTime: 2 },
  { type: 'snapshot', snapshot: { ...snapshot, screen: 'kitchen' } },
  { type: 'snapshot', snapshot: { ...snapshot, participants: [{ id: 'a' }] } },
  { type: 'snapshot', snapshot: { ...snapshot, problem: undefined } },
  { type: 'chat', isReset: true, messages: [{ id: 1.5, from: '', name: '', text: '', at: 0 }] },
  { type: 'constructor' },
])('%j is refused', (value) => expect(decodeUiEvent(value)).toBeUndefined());

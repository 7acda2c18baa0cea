import { describe, expect, test } from 'vitest';
import { fillCode, formatCode, isServer, readCode, readInvitation } from './invitation.ts';

describe('a pasted text', () => {
  test.each([
    ['482913', { server: '', code: '482913' }],
    ['482 913', { server: '', code: '482913' }],
    [' 482-913\n', { server: '', code: '482913' }],
    ['Join my meeting: code 482 913, address 192.168.1.20:5000', { server: '192.168.1.20:5000', code: '482913' }],
    ['Code 482 913 at ship.local:5000', { server: 'ship.local:5000', code: '482913' }],
    ['parley://10.0.0.7:5000/482913#q83vEg', { server: 'parley://10.0.0.7:5000/482913#q83vEg', code: '482913' }],
    ['Open Parley and paste parley://[fe80::1]:5000/000001#ab in the lobby', { server: 'parley://[fe80::1]:5000/000001#ab', code: '000001' }],
  ])('%j is understood', (text, wanted) => expect(readInvitation(text)).toEqual(wanted));

  test.each(['', 'hello', '48291', '4829133', 'parley://', 'parley:///482913', '111111 222222', '192.168.100.200'])('%j is no invitation', (text) =>
    expect(readInvitation(text)).toBeUndefined(),
  );
});

test('a code within a longer number is not a code', () => expect(readCode('1234567')).toBeUndefined());

test('a code is shown in two groups', () => expect(formatCode('482913')).toBe('482\u00a0913'));

describe('an address', () => {
  test.each(['192.168.1.20', '192.168.1.20:5000', 'ship', 'ship.local', 'ship.local:5000', '[::1]:5000', 'fe80::1', 'parley://a:1/123456#x'])('%s is accepted', (text) =>
    expect(isServer(text)).toBe(true),
  );
  test.each(['', ' ', 'a b', 'ship:0', 'ship:99999', 'http://x', '-x', 'x:'])('%j is refused', (text) => expect(isServer(text)).toBe(false));
});

describe('the code field', () => {
  test('one digit fills one box and moves on', () => expect(fillCode('4', 1, '8')).toEqual({ code: '48', position: 2 }));
  test('a whole code fills all boxes wherever it is pasted', () => expect(fillCode('12', 4, '482 913')).toEqual({ code: '482913', position: 5 }));
  test('letters are ignored', () => expect(fillCode('4', 1, 'x')).toEqual({ code: '4', position: 1 }));
  test('a digit replaces the one in its box', () => expect(fillCode('482913', 2, '7')).toEqual({ code: '487913', position: 3 }));
  test('more than the boxes hold is cut', () => expect(fillCode('', 4, '12345')).toEqual({ code: '    12', position: 5 }));
});

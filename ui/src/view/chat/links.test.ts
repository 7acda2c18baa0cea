import { describe, expect, test } from 'vitest';
import { partsOf } from './links.ts';

const links = (text: string) => partsOf(text).flatMap((p) => (p.kind === 'link' ? [p.text] : []));

describe('links in a text', () => {
  test.each([
    ['see http://files.local/a and https://b.example/c?d=e#f', ['http://files.local/a', 'https://b.example/c?d=e#f']],
    ['HTTP://Files.Local/A', ['HTTP://Files.Local/A']],
    ['http://192.168.1.20:8080/x', ['http://192.168.1.20:8080/x']],
    ['http://[fe80::1]:5000/', ['http://[fe80::1]:5000/']],
    ['(http://a.local/b)', ['http://a.local/b']],
    ['http://a.local/b_(c)', ['http://a.local/b_(c)']],
    ['(see http://a.local/b_(c)).', ['http://a.local/b_(c)']],
    ['Is it http://a.local/b?', ['http://a.local/b']],
    ['http://a.local/b?c, http://a.local/d; “http://a.local/e”', ['http://a.local/b?c', 'http://a.local/d', 'http://a.local/e']],
    ['http://a.local/x.', ['http://a.local/x']],
    ['http://a.local...', ['http://a.local']],
    ['http://a.local/شبكة', ['http://a.local/شبكة']],
    ['<http://a.local/b>', ['http://a.local/b']],
  ])('%s', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,<b>x</b>',
    'file:///etc/passwd',
    'ftp://a.local/b',
    'a.local/b',
    'xhttp://a.local/b',
    'http://',
    'http:///',
    'http://a b',
    'http://files.local@evil.example/',
    'http://files.local:80@evil.example/',
    `http://a.local/${'x'.repeat(2_100)}`,
  ])('%s is none', (text) => {
    expect(links(text).filter((l) => l !== 'http://a')).toEqual([]);
  });

  test('a backslash ends it, for a browser takes it for a slash', () => {
    expect(partsOf('http://good.local\\@evil.example/x')[0]).toEqual({ kind: 'link', text: 'http://good.local', href: 'http://good.local/', host: undefined });
  });

  test('whatever looks like another host says where it leads', () => {
    const hosts = (text: string) => partsOf(text).flatMap((p) => (p.kind === 'link' ? [p.host] : []));
    expect(hosts('http://files.local/ http://FILES.local:80/ http://files.local:8080')).toEqual([undefined, undefined, undefined]);
    // A Cyrillic letter, a full-width one, a number for an address, a percent sign.
    expect(hosts('http://аpple.com/')).toEqual(['xn--pple-43d.com']);
    expect(hosts('http://ｆiles.local/')).toEqual(['files.local']);
    expect(hosts('http://3232235777/')).toEqual(['192.168.1.1']);
    expect(hosts('http://%66iles.local/')).toEqual(['files.local']);
    expect(hosts('https://münchen.example/')).toEqual(['xn--mnchen-3ya.example']);
  });

  test('nothing of the text is lost, and nothing is said twice', () => {
    for (const text of ['', 'no link', 'a http://x.local b http://y.local. c', 'http://x.local', '(http://x.local)', '<b>http://x.local/<i></b>']) {
      expect(partsOf(text).map((p) => p.text).join('')).toBe(text);
    }
  });
});

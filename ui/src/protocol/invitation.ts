/** What people hand each other to join: a six-digit code, an address, or a link that carries both and the server's key. */

export const codeLength = 6;

export interface Invitation {
  /** host, host:port, or the whole parley:// link. */
  readonly server: string;
  /** Six digits, or empty when there is none. */
  readonly code: string;
}

/** Reads whatever a person pasted: a link, a code, or an invitation text that contains one of them. */
export function readInvitation(text: string): Invitation | undefined {
  const link = /parley:\/\/[^\s"'<>]+/i.exec(text)?.[0];
  if (link !== undefined) return readLink(link);

  const code = readCode(text);
  if (code === undefined) return undefined;
  const address = /(?:^|\s)((?:\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9.-]*):\d{1,5})(?=$|[\s,;])/im.exec(text)?.[1];
  return { server: address ?? '', code };
}

/** The only run of six digits in a text, written with or without one space or dash in the middle. */
export function readCode(text: string): string | undefined {
  const found = [...text.matchAll(/(?<![\d.:])(\d{3})[ \u00a0\u202f-]?(\d{3})(?![\d.:])/g)];
  return found.length === 1 ? `${found[0]?.[1] ?? ''}${found[0]?.[2] ?? ''}` : undefined;
}

/** Whether a text can be the address of a server: a name or an IP address, with or without a port, or a link. */
export function isServer(text: string): boolean {
  const server = text.trim();
  if (/^parley:\/\//i.test(server)) return readLink(server) !== undefined;
  const match = /^(?:\[([0-9a-f:.%]+)\]|([0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*)|([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?))(?::(\d{1,5}))?$/i.exec(server);
  if (match === null) return false;
  const port = match[4];
  return port === undefined || (Number(port) > 0 && Number(port) < 65_536);
}

/** "482913" as people read it aloud: "482 913". */
export function formatCode(code: string): string {
  return code.length === codeLength ? `${code.slice(0, 3)}\u00a0${code.slice(3)}` : code;
}

/** Puts typed or pasted text into the boxes of a code field, from one box on. */
export function fillCode(current: string, position: number, typed: string): { readonly code: string; readonly position: number } {
  const digits = [...typed].filter((c) => c >= '0' && c <= '9').slice(0, codeLength);
  const start = digits.length === codeLength ? 0 : Math.min(position, codeLength - 1);
  const boxes = current.padEnd(codeLength, ' ').split('');
  let next = start;
  for (const digit of digits) {
    if (next >= codeLength) break;
    boxes[next++] = digit;
  }

  return { code: boxes.join('').trimEnd(), position: Math.min(next, codeLength - 1) };
}

function readLink(link: string): Invitation | undefined {
  const match = /^parley:\/\/([^/?#\s]+)(?:\/(\d{6})?)?(?:#[\w+/=:-]*)?$/i.exec(link.trim());
  const host = match?.[1];
  if (host === undefined || !isServer(host)) return undefined;
  return { server: link.trim(), code: match?.[2] ?? '' };
}

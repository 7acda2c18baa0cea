/** A piece of a text: words, or a link with where it really leads. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'link';
      readonly text: string;
      readonly href: string;
      /** The host that the browser will ask, when what was written looks like another one; undefined when it is as written. */
      readonly host: string | undefined;
    };

const longest = 2_048;
/** From the scheme to the first white space, quotation mark, angle bracket or backslash, which a browser would read as a slash. */
const candidates = /\bhttps?:\/\/[^\s<>"\\^`{|}]+/giu;
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[' };

/**
 * Finds the links in a text. Only http and https lead anywhere; a name and password before the host is how one host is made to look like
 * another, so such an address stays text, and a host that is not written as the browser will read it is said beside the link.
 */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(candidates)) {
    const written = trimEnd(match[0]);
    const link = linkOf(written);
    if (link === undefined) continue;
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push(link);
    from = match.index + written.length;
  }

  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** Punctuation at the end belongs to the sentence, and a bracket that was opened before the link closes there. */
function trimEnd(written: string): string {
  let end = written.length;
  for (;;) {
    const last = written[end - 1] ?? '';
    const opener = closers[last];
    const kept = written.slice(0, end);
    if (opener !== undefined && count(kept, opener) >= count(kept, last)) return kept;
    if (opener === undefined && !/[.,;:!?'…*_~’”»。，、！？）】」]/u.test(last)) return kept;
    end--;
  }
}

function linkOf(written: string): TextPart | undefined {
  if (written.length > longest || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  const host = /^https?:\/\/([^/?#]*)/iu.exec(written)?.[1]?.toLowerCase().replace(/:\d*$/u, '') ?? '';
  return { kind: 'link', text: written, href: url.href, host: host === url.hostname ? undefined : url.hostname };
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

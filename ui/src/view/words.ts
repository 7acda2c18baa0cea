/** Milliseconds as people read a duration: 0:07, 12:34, 1:02:03. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.replace(/\(\d+\)\s*$/u, '').trim().split(/[\s\-_.]+/u).filter((w) => /[\p{L}\p{N}]/u.test(w));
  const first = (word: string | undefined) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '';
  const letters = words.length > 1 ? first(words[0]) + first(words.at(-1)) : first(words[0]);
  return letters.toLocaleUpperCase();
}

/** The hue of a name's colour in degrees, one of 24; the same on every page. */
export function nameHue(name: string): number {
  let hash = 2_166_136_261;
  for (const c of name) hash = Math.imul(hash ^ (c.codePointAt(0) ?? 0), 16_777_619);
  return (Math.imul(hash ^ (hash >>> 15), 2_246_822_519) >>> 8) % 24 * 15;
}

/** A share as people read it: 0 %, 0.4 %, 12 %. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 9.95 ? Math.max(0.1, percent).toFixed(1) : Math.round(percent)} %`;
}

/** A share in a sentence, where a tenth tells nobody anything: 6 %, 0.4 %. */
export function formatRoundPercent(share: number): string {
  return share * 100 < 1 ? formatPercent(share) : `${Math.round(share * 100)} %`;
}

/** Milliseconds: 3.4 ms, 142 ms, 1.5 s. */
export function formatMs(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${milliseconds < 9.95 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds)} ms`;
}

/** Bits per second: 64 kbit/s, 1.2 Mbit/s. */
export function formatBitrate(bitsPerSecond: number): string {
  if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1_000)} kbit/s`;
  const megabits = bitsPerSecond / 1_000_000;
  return `${megabits < 9.95 ? megabits.toFixed(1) : Math.round(megabits)} Mbit/s`;
}

/** Bytes: 900 B, 64 kB, 1.5 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A plain number with one decimal below ten: 0, 7.5, 15. */
export function formatCount(value: number): string {
  return value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

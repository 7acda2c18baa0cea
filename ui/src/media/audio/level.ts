/** Loudness of frames on a scale that looks right in a meter: 0 at -60 dBFS and below, 1 at full scale. */
export function level(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length)) / 32_768;
  return rms <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(rms) / 3);
}

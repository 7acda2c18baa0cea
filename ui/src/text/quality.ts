import type { NetworkMeasured, UiQuality, UiQualityChange } from '../protocol/messages.g.ts';
import { en, type Texts } from './en.ts';
import { formatBitrate, formatMs, formatRoundPercent } from './quantities.ts';

const t: Texts = en;

/** The connection in words: how it is, what is the matter, and what the person can do. */
export interface Diagnosis {
  readonly title: string;
  readonly cause: string;
  readonly advice: string;
}

/** @param isImpaired Whether a bad network is being simulated: then no advice about the real one would be true. */
export function diagnose(quality: UiQuality, isImpaired: boolean): Diagnosis {
  const { level, cause } = quality;
  const said = level === 'unknown' ? t.quality.measuring : t.quality.cause[cause](causeValue(quality), t.quality.way[quality.direction]);
  const advice = level === 'good' || level === 'unknown' ? '' : t.quality.advice[cause];
  return { title: t.quality.level[level], cause: said, advice: isImpaired ? t.quality.impaired : advice };
}

/** What changed about one's own picture or voice, and why. */
export function changeSentence({ step, reason, fromHeight, toHeight }: UiQualityChange, network: NetworkMeasured | undefined): string {
  return t.quality.changed(whatChanged(), whyItChanged());

  function whatChanged(): string {
    const isSameSize = fromHeight === toHeight;
    switch (step) {
      case 'videoDown':
        return isSameSize ? t.quality.step.slower : t.quality.step.smaller;
      case 'videoUp':
        return isSameSize ? t.quality.step.smoother : t.quality.step.larger;
      case 'videoStopped':
      case 'videoResumed':
      case 'audioNarrowed':
      case 'audioWidened':
        return t.quality.step[step];
    }
  }

  function whyItChanged(): string {
    switch (reason) {
      case 'loss': {
        // The server's count of what one sends; without one no number is better than a wrong one.
        const loss = network?.lossUp ?? 0;
        return loss > 0 ? t.quality.reason.loss(formatRoundPercent(loss)) : t.quality.reason.someLoss;
      }

      case 'roundTrip':
        return network?.rttMs == null ? t.quality.reason.slow : t.quality.reason.roundTrip(formatMs(network.rttMs));
      case 'bandwidth':
      case 'cpu':
      case 'codec':
      case 'preference':
      case 'recovered':
        return t.quality.reason[reason];
    }
  }
}

function causeValue({ cause, value }: UiQuality): string {
  switch (cause) {
    case 'loss':
      return formatRoundPercent(value);
    case 'roundTrip':
    case 'jitter':
      return formatMs(value);
    case 'bandwidth':
      return formatBitrate(value);
    case 'cpu':
    case 'silence':
      return String(Math.round(value));
    case 'none':
      return '';
  }
}

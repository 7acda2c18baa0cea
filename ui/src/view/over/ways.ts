import type { UiProblem } from '../../protocol/messages.g.ts';

/** What a person can do about a problem, the likeliest first. */
export type WayOn = 'tryAgain' | 'askAgain' | 'rejoin' | 'trust' | 'lobby';

/** The ways on from the end of a meeting or an attempt. */
export function waysOn(problem: UiProblem | null): readonly WayOn[] {
  const canRetry = problem?.server != null && problem.code !== null;
  switch (problem?.reason) {
    case 'keyChanged':
      return ['lobby', 'trust'];
    case 'left':
    case 'seatExpired':
    case 'replaced':
      return canRetry ? ['rejoin', 'lobby'] : ['lobby'];
    case 'denied':
    case 'removed':
    case 'cancelled':
      return canRetry ? ['askAgain', 'lobby'] : ['lobby'];
    case 'unreachable':
    case 'serverStopped':
    case 'rateLimited':
    case 'doorBusy':
    case 'full':
    case 'protocolError':
    case 'tooSlow':
      return canRetry ? ['tryAgain', 'lobby'] : ['lobby'];
    case 'wrongCode':
    case 'ended':
    case 'versionMismatch':
    case 'none':
    case undefined:
      return ['lobby'];
  }
}

import { describe, expect, test } from 'vitest';
import { formatImpairment, parseImpairment, perfect, presets } from './impairment.ts';

describe('a simulated bad network as text', () => {
  test('holds what is made worse and nothing else', () => {
    expect(formatImpairment(perfect)).toBe('');
    expect(formatImpairment({ ...perfect, loss: 6, burst: 3, delay: 20, jitter: 30, reorder: 1, rate: 2_000, queue: 200, direction: 'up' })).toBe(
      'loss=6%,burst=3,delay=20ms,jitter=30ms,reorder=1%,rate=2000kbit,queue=200ms,direction=up',
    );
  });

  test('leaves out what the program would refuse: bursts without loss, a queue without a rate', () => {
    expect(formatImpairment({ ...perfect, burst: 5, queue: 300, delay: 10 })).toBe('delay=10ms');
    expect(formatImpairment({ ...perfect, queue: 300, direction: 'down' })).toBe('');
  });

  test.each(Object.entries(presets))('the preset %s is something, and comes back from its text', (_, preset) => {
    expect(formatImpairment(preset)).not.toBe('');
    expect(parseImpairment(formatImpairment(preset))).toEqual(preset);
  });

  test('is read in every form that the program writes', () => {
    expect(parseImpairment('loss=0.06,burst=3,delay=25.5ms,rate=1500000bit,queue=1s,direction=down')).toEqual({
      ...perfect, loss: 6, burst: 3, delay: 25.5, rate: 1_500, queue: 1_000, direction: 'down',
    });
    expect(parseImpairment('rate=2mbit,jitter=500us')).toEqual({ ...perfect, rate: 2_000, jitter: 0.5 });
    expect(parseImpairment('none')).toEqual(perfect);
    expect(parseImpairment('')).toEqual(perfect);
  });

  test('keeps what there is no slider for', () => {
    const text = 'loss=6%,rate=500kbit,duplicate=0.01,queue=64000b,seed=7';
    expect(parseImpairment(text).rest).toEqual(['duplicate=0.01', 'queue=64000b', 'seed=7']);
    expect(formatImpairment(parseImpairment(text))).toBe(text);
    expect(formatImpairment({ ...perfect, rest: ['seed=7'] })).toBe('');
    expect(formatImpairment({ ...parseImpairment(text), rate: 0 })).toBe('loss=6%,duplicate=0.01,seed=7');
  });
});

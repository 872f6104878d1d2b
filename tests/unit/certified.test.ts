import {describe, expect, it} from 'vitest';
import type {Certificate} from '../../src/core/study.ts';
import {aboveOptimum, certifiedFindings, optimumMeaning, optimumName, provedDigits} from '../../src/state/certified.ts';
import {experimentOf} from '../helpers/session.ts';

const CLOSED: Certificate = {
  scope: 'global', lower: 2, upper: 2.000001, relativeGap: 5e-7, patterns: 100, working: 20, neurons: 5, second: null, rounds: 9, seconds: 1, closed: true, message: '',
};
const standing = (objective: number) => ({index: 0, name: 'SGD', objective});
const told = (objective: number, certificate: Certificate = CLOSED) => {
  const [finding] = certifiedFindings([standing(objective)], certificate);
  return {tone: finding?.tone, text: finding?.text.replaceAll('\u202f', ' ')};
};

describe('a gap to the certified optimum', () => {
  it('is told in per cent, or as reached within a thousandth', () => {
    expect(told(2.284)).toEqual({tone: 'info', text: 'SGD is 14.2 % above the certified optimum.'});
    expect(told(2.0019)).toEqual({tone: 'good', text: 'SGD is within 0.1 % of the certified optimum.'});
    expect(told(2.003).text).toBe('SGD is 0.15 % above the certified optimum.');
  });

  it('is told as a range while the interval is open, and not at all while it is wide', () => {
    const open: Certificate = {...CLOSED, lower: 1.9, upper: 2, relativeGap: 0.05, closed: false};
    expect(told(2.2, open).text).toBe('SGD is 10 % to 15.8 % above the optimum, which is not closed in yet.');
    expect(told(1.95, open).text).toBe('SGD is at most 2.63 % above the optimum, which is not closed in yet.');
    expect(certifiedFindings([standing(2.2)], {...open, lower: 1, relativeGap: 0.5})).toEqual([]);
  });

  it('below the proof is a warning, unless it may be rounding of float32', () => {
    expect(told(1.99).tone).toBe('warning');
    expect(told(1.99).text).toMatch(/below the certified lower bound 2/);
    expect(told(2 - 1.9e-4).tone).toBe('good');
    expect(told(2 - 2.1e-4).tone).toBe('warning');
    // Also of a wide interval: a contradiction is told at once.
    expect(told(0.9, {...CLOSED, lower: 1, upper: 5, relativeGap: 0.8}).tone).toBe('warning');
  });

  it('has no per cent where the optimum is zero', () => {
    const zero: Certificate = {...CLOSED, lower: 0, upper: 0, relativeGap: 0};
    expect(aboveOptimum(1, zero)).toBeNull();
    expect(told(1, zero).text).toBe('SGD has J 1; the optimum is 0.');
  });

  it('is best first', () => {
    const standings = [{index: 0, name: 'A', objective: 4}, {index: 1, name: 'B', objective: 2}];
    expect(certifiedFindings(standings, CLOSED).map(({contestant}) => contestant)).toEqual([1, 0]);
    expect(certifiedFindings(standings, null)).toEqual([]);
  });
});

describe('the optimum of a sampled programme', () => {
  const sampled: Certificate = {...CLOSED, scope: 'sampled programme'};
  const {problem} = experimentOf({dataset: {id: 'wine'}, contestants: [{solver: {id: 'adam'}}]});

  it('may lie above a network, which is no warning, and is never called certified or global', () => {
    expect(told(1.5, sampled)).toEqual({tone: 'info', text: 'SGD is 25 % below the optimum of the sampled programme.'});
    expect(told(3, sampled).text).toBe('SGD is 50 % above the optimum of the sampled programme.');
    expect(told(2.0001, sampled).text).toBe('SGD is at the optimum of the sampled programme.');
    const experiment = experimentOf({dataset: {id: 'wine'}, problem: {id: problem.id}, contestants: [{solver: {id: 'adam'}}]});
    expect(`${optimumName(sampled)} ${optimumMeaning(sampled, experiment)}`).not.toMatch(/certified|global|no .* can/);
    expect(optimumMeaning(CLOSED, experiment)).toBe('no two-layer ReLU network of any width can be lower');
  });
});

describe('digits', () => {
  it('are as many as are proved, three to five', () => {
    const digits = [0.5, 1e-3, 1.1e-4, 1e-5, 1e-9, 0].map((relativeGap) => provedDigits({...CLOSED, relativeGap}));
    expect(digits).toEqual([3, 3, 3, 5, 5, 5]);
  });
});

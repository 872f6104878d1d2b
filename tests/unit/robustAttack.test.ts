import {describe, expect, it} from 'vitest';
import type {DataPart} from '../../src/core/data.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {attackedMargins, startingPoints} from '../../src/problems/robust-relu/hostAttack.ts';
import {randomData, randomNetwork, snapshotOf} from '../helpers/twoLayerRelu.ts';
import {output, worstMargin} from '../helpers/robustBruteForce.ts';

const margins = (network: Snapshot, part: DataPart, epsilon: number, steps = 10): Float64Array =>
  attackedMargins(network, part, {epsilon, steps}, startingPoints(part.n, network.shapes.u[1]));

describe('the attack', () => {
  const data = randomData({task: 'binary', n: 60, d: 3}, 3);
  const {train} = data;

  it('finds the corner of a linear network in one step', () => {
    // f = 2 (x1 - 3 x2 + 50) - 40 as one neuron that is always on and one for the constant.
    const network = snapshotOf(2, 3, 1, [1, -3, 50, 0, 0, 1, 2, -40]);
    const found = margins(network, train, 0.25, 1);
    for (let i = 0; i < train.n; i++) {
      const [x1, x2] = [train.x[3 * i], train.x[3 * i + 1]];
      const clean = 2 * (x1 - 3 * x2 + 50) - 40;
      expect(found[i]).toBeCloseTo(train.y[i] * clean - 0.25 * 2 * 4, 10);
    }
  });

  it('leaves samples alone at radius 0', () => {
    const network = randomNetwork(7, 3, 1, 5);
    const found = margins(network, train, 0);
    for (let i = 0; i < train.n; i++) expect(found[i]).toBeCloseTo(train.y[i] * output(network, train.x.subarray(3 * i, 3 * i + 3)), 12);
  });

  it.each([[5, 0.1], [20, 0.1], [20, 0.3], [50, 0.2]])('is never worse than the worst of the box, and nearly as bad (%i neurons, radius %d)', (width, epsilon) => {
    const network = randomNetwork(width, 3, 1, 11 + width);
    const found = margins(network, train, epsilon);
    const truth = Array.from({length: train.n}, (_, i) => worstMargin(network, train.x.subarray(3 * i, 3 * i + 3), train.y[i], epsilon));
    const clean = Array.from({length: train.n}, (_, i) => train.y[i] * output(network, train.x.subarray(3 * i, 3 * i + 3)));
    let close = 0;
    for (let i = 0; i < train.n; i++) {
      expect(found[i]).toBeGreaterThanOrEqual(truth[i] - 1e-9);
      expect(found[i]).toBeLessThanOrEqual(clean[i]);
      if (found[i] - truth[i] <= 0.02 * (clean[i] - truth[i])) close++;
    }
    expect(close).toBeGreaterThanOrEqual(0.9 * train.n);
  });

  it('never moves the constant input', () => {
    // A network of the constant alone has no margin to lose.
    const network = snapshotOf(1, 3, 1, [0, 0, 1, 3]);
    expect([...margins(network, train, 0.5)]).toEqual([...train.y].map((y) => 3 * y));
  });
});

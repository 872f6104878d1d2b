import type {RawTable} from '../core/data.ts';
import {randomStream, type RandomStream} from '../core/random.ts';

interface Draw {
  /** The data set's id: two data sets with one seed draw independent points. */
  readonly id: string;
  readonly seed: number;
  readonly n: number;
  /** Standard deviation of the normal noise. */
  readonly noise: number;
}

/**
 * Points and noise come from two streams, so that a change of the noise moves every point along its
 * own direction, and a larger n keeps the points there were.
 */
const streamsOf = ({seed, id}: Draw): {readonly points: RandomStream; readonly noise: RandomStream} => ({
  points: randomStream(seed, 'dataset', id),
  noise: randomStream(seed, 'dataset', id, 'noise'),
});

/**
 * n points of the plane, x_i = place(c_i) + sigma * N(0, I), with the classes c_i in turn: their
 * counts differ by at most one.
 */
export function drawPlane(
  draw: Draw,
  classNames: readonly string[],
  place: (classIndex: number, random: RandomStream) => readonly [number, number],
): RawTable {
  const {points, noise} = streamsOf(draw);
  const features = new Float64Array(2 * draw.n);
  const targets = Float64Array.from({length: draw.n}, (_, i) => i % classNames.length);
  for (let i = 0; i < draw.n; i++) {
    const [x1, x2] = place(targets[i], points);
    features[2 * i] = x1 + draw.noise * noise.normal();
    features[2 * i + 1] = x2 + draw.noise * noise.normal();
  }
  const featureNames = ['x1', 'x2'];
  return {kind: 'classification', n: draw.n, d: 2, features, targets, featureNames, targetName: 'class', classNames, notes: []};
}

/** n samples of a function on [-1, 1]: y_i = f(x_i) + sigma * N(0, 1), x_i uniform. */
export function drawCurve(draw: Draw, f: (x: number) => number): RawTable {
  const {points, noise} = streamsOf(draw);
  const features = Float64Array.from({length: draw.n}, () => 2 * points.uniform() - 1);
  const targets = features.map((x) => f(x) + draw.noise * noise.normal());
  return {kind: 'regression', n: draw.n, d: 1, features, targets, featureNames: ['x'], targetName: 'y', classNames: [], notes: []};
}

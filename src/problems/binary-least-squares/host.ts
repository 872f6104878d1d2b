import type {DataPart, PreparedData} from '../../core/data.ts';
import type {HostLoss, HostProblem} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {BinaryWeights, Snapshot} from '../../core/protocol.ts';
import {randomStream} from '../../core/random.ts';
import {atHead} from '../../numerics/binary/frame.ts';
import {binaryQuadratic, type Quadratic} from '../../numerics/binary/quadratic.ts';
import {drawRoundings, energyWith, roundedToHead} from '../../numerics/binary/rounding.ts';
import {normalise} from '../../numerics/binary/rows.ts';
import {meanLoss, score} from '../../numerics/hostNetwork.ts';
import {relaxationSpace, rowsOf} from './space.ts';

/** Weights drawn for the histogram of E, and for a mean output. */
const SAMPLES = 200;
const AVERAGED = 40;

/** The weights that are measured: the best rounding of the run until then. */
function weightsOf({shapes, values}: Snapshot): Float32Array {
  const [n, k] = shapes.v;
  return values.subarray(n * k, n * k + shapes.w[0]);
}

/** f(x_i) = alpha x_i . w for real weights w, n values; x has p + 1 columns. */
export function forward(w: ArrayLike<number>, alpha: number, x: Float64Array, n: number): Float64Array {
  const p = w.length;
  return Float64Array.from({length: n}, (_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += x[i * (p + 1) + j] * w[j];
    return alpha * sum;
  });
}

/** E = sum_i (f_i - y_i)^2. */
export const squares = (f: Float64Array, y: Float64Array): number => f.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0);

/** The mean of 40 roundings: by it a network's output is the mean output of theirs. */
function meanWeights(quadratic: Quadratic, snapshot: Snapshot): Float64Array {
  const mean = new Float64Array(quadratic.p);
  const drawn = drawRoundings(quadratic, rowsOf(snapshot), 'anchored', randomStream(snapshot.iteration, 'average'), AVERAGED);
  for (const {w} of drawn) for (let i = 0; i < mean.length; i++) mean[i] += w[i] / AVERAGED;
  return mean;
}

/** The rows in the frame of the head, and E of weights drawn from them. */
function distribution(quadratic: Quadratic, snapshot: Snapshot): BinaryWeights {
  const rows = atHead(rowsOf(snapshot));
  normalise(rows);
  const whole = new Float64Array(quadratic.p + 1);
  const sampled = drawRoundings(quadratic, rows, 'anchored', randomStream(snapshot.iteration, 'weights'), SAMPLES).map(({energy}) => energy);
  const rounded = energyWith(quadratic, roundedToHead(rows), whole);
  return {
    iteration: snapshot.iteration,
    rank: rows.k - 1,
    layers: [{name: 'w', out: 1, in: quadratic.p}],
    rows: rows.v.slice(rows.k),
    sampled: Float64Array.from(sampled),
    rounded,
    best: Math.min(...sampled, rounded, energyWith(quadratic, weightsOf(snapshot), whole)),
    image: null,
  };
}

/** Binary least squares in float64: J = E(w) = sum_i (alpha x_i . w - y_i)^2 over the training samples. */
export default function hostProblem(data: PreparedData, params: ParamValues, loss: HostLoss): HostProblem {
  const {d, train, test, task} = data;
  const alpha = Number(params.alpha);
  const quadratic = binaryQuadratic(train.x, train.y, d, d - 1, alpha);
  const outputs = (snapshot: Snapshot, {x, n}: DataPart): Float64Array => forward(weightsOf(snapshot), alpha, x, n);

  return {
    // `rounded` and `best` are one here: what is measured is the best rounding.
    predict: (snapshot, x, n, readout) => forward(readout === 'average' ? meanWeights(quadratic, snapshot) : weightsOf(snapshot), alpha, x, n),
    weights: (snapshot) => distribution(quadratic, snapshot),
    share: (paths) => relaxationSpace(quadratic, paths),
    evaluate(snapshot) {
      const onTrain = outputs(snapshot, train);
      const onTest = outputs(snapshot, test);
      return {
        objective: squares(onTrain, train.y),
        trainLoss: meanLoss(onTrain, train, 1, loss),
        testLoss: meanLoss(onTest, test, 1, loss),
        penalty: 0,
        rawPenalty: 0,
        trainScore: score(onTrain, train, 1, task),
        testScore: score(onTest, test, 1, task),
      };
    },
  };
}

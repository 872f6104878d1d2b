import type {RandomStream} from '../../core/random.ts';

/**
 * Two-layer linear networks y = W2 W1 x on whitened inputs, trained by gradient descent on 1/2 |W2 W1 - S|^2 (Saxe, McClelland and
 * Ganguli 2014; specification m). From a balanced start each singular mode of S grows by itself along a sigmoid.
 */

/** a(t) = s / (1 + (s/a0 - 1) e^(-2 s t)), for 0 < a0: nothing in it overflows for t >= 0. */
export const saxeMode = (s: number, a0: number, t: number): number => s / (1 + (s / a0 - 1) * Math.exp(-2 * s * t));

/** When a(t) = s/2: ln(s/a0 - 1) / (2 s). */
export const halfTime = (s: number, a0: number): number => Math.log(s / a0 - 1) / (2 * s);

export interface DeepLinearStudy {
  /** Singular values of the target, each of its own mode. */
  readonly strengths: readonly number[];
  /** Mode strength a0 of the balanced start; of a random start the entries' standard deviation. */
  readonly start: number;
  readonly balanced: boolean;
  readonly hidden: number;
  readonly learningRate: number;
  readonly steps: number;
}

export interface DeepLinearRun {
  /** steps + 1 times t = learning rate * step. */
  readonly times: Float64Array;
  /** Per mode u_i' W2 W1 v_i at each time. */
  readonly modes: readonly Float64Array[];
  /** 1/2 |W2 W1 - S|^2 at each time. */
  readonly loss: Float64Array;
  /** Per mode the time at which it reaches half its strength, between steps by a straight line; NaN where it does not. */
  readonly halfTimes: readonly number[];
}

/** Row-major; rows x columns. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

const matrix = (rows: number, columns: number, entry: (i: number, j: number) => number): Matrix => ({
  rows, columns, values: Float64Array.from({length: rows * columns}, (_, at) => entry(Math.floor(at / columns), at % columns)),
});

const times = (a: Matrix, b: Matrix): Matrix =>
  matrix(a.rows, b.columns, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) sum += a.values[i * a.columns + k] * b.values[k * b.columns + j];
    return sum;
  });

const transposed = (a: Matrix): Matrix => matrix(a.columns, a.rows, (i, j) => a.values[j * a.columns + i]);

/** a + c b. */
const plus = (a: Matrix, c: number, b: Matrix): Matrix => ({...a, values: a.values.map((x, i) => x + c * b.values[i])});

/** Orthonormal columns: Gram and Schmidt's process, twice, on normal numbers. */
function orthonormal(rows: number, columns: number, random: RandomStream): Matrix {
  const found: Float64Array[] = [];
  for (let j = 0; j < columns; j++) {
    const v = Float64Array.from({length: rows}, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const q of found) {
        const along = q.reduce((sum, x, i) => sum + x * v[i], 0);
        q.forEach((x, i) => {
          v[i] -= along * x;
        });
      }
    }
    const length = Math.hypot(...v);
    found.push(v.map((x) => x / length));
  }
  return matrix(rows, columns, (i, j) => found[j][i]);
}

/** Gradient descent in float64: both layers' steps are taken from the same weights. */
export function deepLinearRun({strengths, start, balanced, hidden, learningRate, steps}: DeepLinearStudy, random: RandomStream): DeepLinearRun {
  const size = strengths.length;
  const u = orthonormal(size, size, random);
  const v = orthonormal(size, size, random);
  const r = orthonormal(hidden, size, random);
  const root = Math.sqrt(start);
  const target = times(matrix(size, size, (i, j) => u.values[i * size + j] * strengths[j]), transposed(v));
  let first = balanced ? plus(matrix(hidden, size, () => 0), root, times(r, transposed(v))) : matrix(hidden, size, () => start * random.normal());
  let second = balanced ? plus(matrix(size, hidden, () => 0), root, times(u, transposed(r))) : matrix(size, hidden, () => start * random.normal());
  const modes = strengths.map(() => new Float64Array(steps + 1));
  const loss = new Float64Array(steps + 1);
  for (let step = 0; ; step++) {
    const product = times(second, first);
    const error = plus(target, -1, product);
    const turned = times(times(transposed(u), product), v);
    modes.forEach((mode, i) => {
      mode[step] = turned.values[i * size + i];
    });
    loss[step] = 0.5 * error.values.reduce((sum, x) => sum + x * x, 0);
    if (step === steps) break;
    const nextFirst = plus(first, learningRate, times(transposed(second), error));
    second = plus(second, learningRate, times(error, transposed(first)));
    first = nextFirst;
  }
  const at = Float64Array.from({length: steps + 1}, (_, step) => learningRate * step);
  return {times: at, modes, loss, halfTimes: modes.map((mode, i) => crossing(at, mode, strengths[i] / 2))};
}

function crossing(at: Float64Array, values: Float64Array, level: number): number {
  const i = values.findIndex((value) => value >= level);
  if (i <= 0) return Number.NaN;
  return at[i - 1] + ((level - values[i - 1]) / (values[i] - values[i - 1])) * (at[i] - at[i - 1]);
}

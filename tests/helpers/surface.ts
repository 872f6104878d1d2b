import type {PreparedData} from '../../src/core/data.ts';
import type {ParamValues} from '../../src/core/params.ts';
import {schemaOf} from '../../src/core/params.ts';
import generate from '../../src/datasets/surface-functions/dataset.ts';
import {surfaceFunctions} from '../../src/datasets/surface-functions/spec.ts';
import {prepareData} from '../../src/numerics/prepareData.ts';

/** Prepared data of a function, by the parameters of its data set. */
export async function surfaceData(params: ParamValues): Promise<PreparedData> {
  const table = await generate(schemaOf(surfaceFunctions.params).parse(params), () => Promise.reject(new Error('reads no file')));
  if (!table.ok) throw new Error(table.error.message);
  const data = prepareData(table.value, {seed: 1, trainFraction: 1, standardise: false});
  if (!data.ok) throw new Error(data.error.message);
  return data.value;
}

type Slopes = (x: number, y: number) => readonly [number, number];

/** The named functions and their gradients by hand. */
export const BY_HAND: Readonly<Record<string, {readonly value: (x: number, y: number) => number; readonly slopes: Slopes}>> = {
  rosenbrock: {
    value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    slopes: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
  },
  himmelblau: {
    value: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    slopes: (x, y) => [4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)],
  },
  beale: {
    value: (x, y) => (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y ** 3) ** 2,
    slopes: (x, y) => {
      const [a, b, c] = [1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y ** 3];
      return [2 * (a * (y - 1) + b * (y * y - 1) + c * (y ** 3 - 1)), 2 * x * (a + 2 * b * y + 3 * c * y * y)];
    },
  },
  saddle: {value: (x, y) => x * x - y * y + y ** 4 / 4 + 1, slopes: (x, y) => [2 * x, y ** 3 - 2 * y]},
};

/** f = 1/2 (u^2 + v^2 / kappa) in axes turned by an angle. */
export function bowl(condition: number, degrees: number): {readonly value: (x: number, y: number) => number; readonly slopes: Slopes} {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return {
    value: (x, y) => 0.5 * ((c * x + s * y) ** 2 + (c * y - s * x) ** 2 / condition),
    slopes: (x, y) => [c * (c * x + s * y) - (s * (c * y - s * x)) / condition, s * (c * x + s * y) + (c * (c * y - s * x)) / condition],
  };
}

interface Rates {
  readonly rate: number;
  readonly momentum?: number;
  readonly decay?: number;
}

/** Update rules in float64, written out for one point. */
export const METHODS: Readonly<Record<string, (slopes: Slopes, start: readonly [number, number], steps: number, rates: Rates) => readonly [number, number]>> = {
  sgd: (slopes, start, steps, {rate}) => stepped(start, steps, (w) => slopes(w[0], w[1]).map((g, i) => w[i] - rate * g)),
  momentum: (slopes, start, steps, {rate, momentum = 0}) => {
    const v = [0, 0];
    return stepped(start, steps, (w) => slopes(w[0], w[1]).map((g, i) => {
      v[i] = momentum * v[i] + g;
      return w[i] - rate * v[i];
    }));
  },
  nesterov: (slopes, start, steps, {rate, momentum = 0}) => {
    const v = [0, 0];
    return stepped(start, steps, (w) => slopes(w[0], w[1]).map((g, i) => {
      v[i] = momentum * v[i] + g;
      return w[i] - rate * (g + momentum * v[i]);
    }));
  },
  rmsprop: (slopes, start, steps, {rate, decay = 0}) => {
    const s = [0, 0];
    return stepped(start, steps, (w) => slopes(w[0], w[1]).map((g, i) => {
      s[i] = decay * s[i] + (1 - decay) * g * g;
      return w[i] - (rate * g) / (Math.sqrt(s[i]) + 1e-8);
    }));
  },
  adam: (slopes, start, steps, {rate}) => {
    const [m, s] = [[0, 0], [0, 0]];
    return stepped(start, steps, (w, t) => slopes(w[0], w[1]).map((g, i) => {
      m[i] = 0.9 * m[i] + 0.1 * g;
      s[i] = 0.999 * s[i] + 0.001 * g * g;
      return w[i] - (rate * m[i]) / (1 - 0.9 ** t) / (Math.sqrt(s[i] / (1 - 0.999 ** t)) + 1e-8);
    }));
  },
};

function stepped(start: readonly [number, number], steps: number, step: (w: readonly [number, number], t: number) => number[]): readonly [number, number] {
  let w = start;
  for (let t = 1; t <= steps; t++) {
    const [x, y] = step(w, t);
    w = [x, y];
  }
  return w;
}

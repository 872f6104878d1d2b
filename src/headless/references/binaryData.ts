import type {DataPart, PreparedData} from '../../core/data.ts';

/** The data of bnn_reference.json, drawn as its NumPy prototypes did; only for comparisons with it. */

/** mulberry32, uniform on [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One normal number of two uniform ones. */
export function boxMuller(uniform: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

/** A point without noise from the first uniform number; classes 0 and 1 in turn. */
type Place = (u: number, isSecond: boolean) => readonly [number, number];
const PLANES: Readonly<Record<string, {readonly noise: number; readonly place: Place}>> = {
  moons: {
    noise: 0.15,
    place(u, isSecond) {
      const [x, y] = [Math.cos(Math.PI * u) - 0.5, Math.sin(Math.PI * u) - 0.25];
      return isSecond ? [-x, -y] : [x, y];
    },
  },
  circles: {
    noise: 0.1,
    place(u, isSecond) {
      const radius = isSecond ? 0.5 : 1;
      return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)];
    },
  },
  xor: {
    noise: 0.25,
    place(u, isSecond) {
      const x = u < 0.5 ? 0.6 : -0.6;
      return [x, isSecond ? x : -x];
    },
  },
};

export const PLANE_NAMES = Object.keys(PLANES);

/** The prototypes kept four decimals. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** n points as a part of prepared data: x1, x2, 1 and labels -1, +1. */
export function referencePlane(name: string, n: number, seed: number): DataPart {
  const {noise, place} = PLANES[name];
  const uniform = mulberry32(seed);
  const x = new Float64Array(3 * n).fill(1);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const isSecond = i % 2 === 1;
    const [x1, x2] = place(uniform(), isSecond);
    x[3 * i] = rounded(x1 + noise * boxMuller(uniform));
    x[3 * i + 1] = rounded(x2 + noise * boxMuller(uniform));
    y[i] = isSecond ? 1 : -1;
  }
  return {n, x, y};
}

const NO_PART: DataPart = {n: 0, x: new Float64Array(0), y: new Float64Array(0)};

/** Prepared data of two classes from parts whose last column is 1. */
export const twoClasses = (d: number, train: DataPart, test: DataPart = NO_PART): PreparedData => ({
  task: 'binary', d, k: 1, train, test,
  featureNames: Array.from({length: d - 1}, (_, j) => `x${j + 1}`), targetName: 'class', classNames: ['0', '1'], notes: [],
});

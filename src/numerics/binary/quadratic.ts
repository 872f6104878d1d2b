import type {BinaryQuadraticFacet} from '../../core/problem.ts';

/** E(w) = (1, w)' C (1, w) over w in {-1, +1}^p; see `BinaryQuadraticFacet`. */
export type Quadratic = Omit<BinaryQuadraticFacet, 'toNetwork'>;
export type Lattice = NonNullable<Quadratic['lattice']>;

/** Whole numbers beyond this are not exact in float64. */
const EXACT = 2 ** 53;

const gcd = (a: number, b: number): number => {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
};

/** C = A' A for A = [-y, a X], with X m x p (rows of `width` numbers, of which the first p count). */
function gram(x: Float64Array, y: Float64Array, width: number, p: number, alpha: number): Float64Array {
  const n = p + 1;
  const c = new Float64Array(n * n);
  const row = new Float64Array(n);
  for (let i = 0; i < y.length; i++) {
    row[0] = -y[i];
    for (let j = 0; j < p; j++) row[j + 1] = alpha * x[i * width + j];
    for (let s = 0; s < n; s++) for (let t = s; t < n; t++) c[s * n + t] += row[s] * row[t];
  }
  for (let s = 0; s < n; s++) for (let t = 0; t < s; t++) c[s * n + t] = c[t * n + s];
  return c;
}

/** (sum_i sqrt(C_ii))^2: no value of E, and no sum of some of its terms, is larger. */
export function largestEnergy({p, matrix}: Pick<Quadratic, 'p' | 'matrix'>): number {
  let sum = 0;
  for (let i = 0; i <= p; i++) sum += Math.sqrt(matrix[i * (p + 1) + i]);
  return sum * sum;
}

/** w' C w for the whole vector, the head included; any real numbers. */
export function form(matrix: Float64Array, n: number, w: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * w[j];
    total += w[i] * sum;
  }
  return total;
}

/** E(w) for w of length p. */
export const energy = ({p, matrix}: Pick<Quadratic, 'p' | 'matrix'>, w: ArrayLike<number>): number => form(matrix, p + 1, [1, ...Array.from(w)]);

/**
 * A flip of w_i changes E by -4 w_i sum_{j != i} C_ij w_j. With whole numbers that is a multiple of 4 times their common
 * divisor, so all values of E lie in one class. Null where no two values differ.
 */
function latticeOf(matrix: Float64Array, p: number): Lattice | null {
  const n = p + 1;
  let divisor = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) divisor = gcd(divisor, matrix[i * n + j]);
  if (divisor === 0) return null;
  const step = 4 * divisor;
  const one = form(matrix, n, new Float64Array(n).fill(1));
  return {step, offset: ((one % step) + step) % step};
}

/**
 * E(w) = |a X w - y|^2 as a quadratic form, X the first p of `width` columns.
 * @param y m targets
 */
export function binaryQuadratic(x: Float64Array, y: Float64Array, width: number, p: number, alpha: number): Quadratic {
  const matrix = gram(x, y, width, p, alpha);
  const most = largestEnergy({p, matrix});
  let whole = most < EXACT && y.every(Number.isInteger);
  for (let i = 0; whole && i < y.length; i++) for (let j = 0; j < p; j++) whole &&= Number.isInteger(alpha * x[i * width + j]);
  // a x is itself a rounded product unless it is whole, and then alpha is read as the decimal that was meant.
  return {p, matrix, lattice: whole ? latticeOf(matrix, p) : null, rounding: whole ? 0 : (y.length + 6) * Number.EPSILON * most};
}

/** The least value of the lattice at or above a bound. */
export function roundUp(lattice: Lattice | null, bound: number): number {
  if (!lattice || !Number.isFinite(bound)) return bound;
  return Math.ceil((bound - lattice.offset) / lattice.step) * lattice.step + lattice.offset;
}

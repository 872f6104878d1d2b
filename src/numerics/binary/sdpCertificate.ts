import {leastEigenvalue, leastEigenvector} from './leastEigenvalue.ts';
import {type Quadratic, roundUp} from './quadratic.ts';
import {product, rowProducts, type Rows} from './rows.ts';

export interface SdpCertificate {
  /** f(V) = <C, V V'>. */
  readonly f: number;
  /** y_i = (C V V')_ii. */
  readonly y: Float64Array;
  /** Of S = C - Diag(y), as computed. */
  readonly leastEigenvalue: number;
  /** Proved: no weights have a smaller E. Far from the optimum it can be negative. */
  readonly raw: number;
  /** The same, or 0 where that is more, rounded up to a value that E can take. */
  readonly lower: number;
  /** |R|_F / |2 C V|_F of the gradient R along the spheres: 0 at rest. */
  readonly restlessness: number;
  /** A unit eigenvector of the least eigenvalue: the direction in which one more column lowers f. */
  readonly direction: () => Float64Array;
}

/** |2 C V - 2 y o V| / |2 C V|. */
function restlessness({n, k, v}: Rows, cv: Float64Array, y: Float64Array): number {
  let along = 0;
  let all = 0;
  for (let i = 0; i < n; i++) {
    for (let t = 0; t < k; t++) {
      all += cv[i * k + t] ** 2;
      along += (cv[i * k + t] - y[i] * v[i * k + t]) ** 2;
    }
  }
  return all > 0 ? Math.sqrt(along / all) : 0;
}

/**
 * A lower bound on E from any V. For any y at all and u in {-1, +1}^n, u'Cu = sum_i y_i + u'(C - Diag y)u is at least
 * sum_i y_i + n lambda_min(C - Diag y); y_i = (C V V')_ii makes it f(V) + n min(0, lambda_min) and equal to f at the
 * optimum of the relaxation. In float64 the bound gives way by what C, y, their sum and lambda_min may be off.
 */
export function certificateOf(quadratic: Quadratic, rows: Rows): SdpCertificate {
  const {p, matrix, lattice, rounding} = quadratic;
  const n = p + 1;
  const cv = product(matrix, rows);
  const y = rowProducts(rows, cv);
  const s = matrix.slice();
  let f = 0;
  let size = 0;
  for (let i = 0; i < n; i++) {
    s[i * n + i] -= y[i];
    f += y[i];
    size += Math.abs(y[i]) + Math.abs(s[i * n + i]);
  }
  const least = leastEigenvalue(s, n);
  const slack = (n + 2) * Number.EPSILON * (size + n * Math.abs(least.lower)) + rounding;
  const raw = f + n * least.lower - slack;
  return {
    f,
    y,
    leastEigenvalue: least.estimate,
    raw,
    // E is a sum of squares.
    lower: roundUp(lattice, Math.max(0, raw)),
    restlessness: restlessness(rows, cv, y),
    direction: () => leastEigenvector(least, n),
  };
}

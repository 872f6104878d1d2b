/**
 * Plain TypeScript loops of the same algorithms: what the engine's speed is compared with. Float32 storage, one
 * thread, no tricks beyond reusing buffers.
 */
export interface LoopProblem {
  readonly n: number;
  /** Columns, the constant included. */
  readonly d: number;
  readonly m: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly u: Float32Array;
  readonly alpha: Float32Array;
}

/** A step of mini-batch SGD on squared loss: rows `rows` of the data. */
export function sgdLoop(p: LoopProblem, learningRate: number, decay: number): (rows: ArrayLike<number>) => void {
  const {d, m, x, y, u, alpha} = p;
  const gu = new Float32Array(m * d);
  const ga = new Float32Array(m);
  const h = new Float32Array(m);
  return (rows) => {
    gu.fill(0);
    ga.fill(0);
    for (let b = 0; b < rows.length; b++) {
      const row = rows[b] * d;
      let f = 0;
      for (let j = 0; j < m; j++) {
        let z = 0;
        for (let c = 0; c < d; c++) z += u[j * d + c] * x[row + c];
        h[j] = z > 0 ? z : 0;
        f += alpha[j] * h[j];
      }
      const g = (f - y[rows[b]]) / rows.length;
      for (let j = 0; j < m; j++) {
        if (h[j] === 0) continue;
        ga[j] += g * h[j];
        const back = g * alpha[j];
        for (let c = 0; c < d; c++) gu[j * d + c] += back * x[row + c];
      }
    }
    for (let i = 0; i < u.length; i++) u[i] -= learningRate * (gu[i] + decay * u[i]);
    for (let j = 0; j < m; j++) alpha[j] -= learningRate * (ga[j] + decay * alpha[j]);
  };
}

/** J at one network, squared loss and balanced penalty: what a landscape evaluates at each of its points. */
export function objectiveLoop(p: LoopProblem, u: Float32Array, alpha: Float32Array, beta: number): number {
  const {n, d, m, x, y} = p;
  let total = 0;
  for (let i = 0; i < n; i++) {
    let f = 0;
    for (let j = 0; j < m; j++) {
      let z = 0;
      for (let c = 0; c < d; c++) z += u[j * d + c] * x[i * d + c];
      if (z > 0) f += alpha[j] * z;
    }
    total += 0.5 * (f - y[i]) ** 2;
  }
  for (let j = 0; j < m; j++) {
    let norm = 0;
    for (let c = 0; c < d; c++) norm += u[j * d + c] ** 2;
    total += beta * Math.abs(alpha[j]) * Math.sqrt(norm);
  }
  return total;
}

export interface LoopAdmm {
  readonly n: number;
  readonly d: number;
  readonly patterns: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** n x P, 0 or 1. */
  readonly mask: Float64Array;
  readonly bInverse: Float64Array;
  readonly mInverse: Float64Array;
  readonly beta: number;
  readonly rho: readonly [number, number, number];
}

/** One ADMM iteration on squared loss by loops, with the same two inverses as the engine's solver. */
export function admmLoop(p: LoopAdmm): () => void {
  const {n, d, x, y, mask, beta, rho: [rho1, rho2, rho3]} = p;
  const count = p.patterns;
  const columns = 2 * count;
  const a = 1.6;
  const bInverse = Float32Array.from(p.bInverse);
  const mInverse = Float32Array.from(p.mInverse);
  const [v, lam, u, rhs] = Array.from({length: 4}, () => new Float32Array(d * columns));
  const [s, nu, gu, t] = Array.from({length: 4}, () => new Float32Array(n * columns));
  const [r, eta, fh, q] = Array.from({length: 4}, () => new Float32Array(n));
  const on = (i: number, g: number): number => mask[i * count + (g % count)];
  const signed = (i: number, g: number): number => (g < count ? on(i, g) : -on(i, g));
  /** out += X' w for n x 2P w. */
  const addTransposed = (w: Float32Array, out: Float32Array): void => {
    for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) {
      const xi = x[i * d + c];
      for (let g = 0; g < columns; g++) out[c * columns + g] += xi * w[i * columns + g];
    }
  };
  /** out = B^{-1} w by columns. */
  const applyB = (w: Float32Array, out: Float32Array): void => {
    out.fill(0);
    for (let c = 0; c < d; c++) for (let e = 0; e < d; e++) {
      const entry = bInverse[c * d + e];
      for (let g = 0; g < columns; g++) out[c * columns + g] += entry * w[e * columns + g];
    }
  };
  /** out = X w for d x 2P w. */
  const forward = (w: Float32Array, out: Float32Array): void => {
    out.fill(0);
    for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) {
      const xi = x[i * d + c];
      for (let g = 0; g < columns; g++) out[i * columns + g] += xi * w[c * columns + g];
    }
  };
  const h = new Float32Array(d * columns);
  return () => {
    for (let i = 0; i < n; i++) for (let g = 0; g < columns; g++) {
      const at = i * columns + g;
      t[at] = rho3 * signed(i, g) * (r[i] - eta[i]) + rho2 * (2 * on(i, g) - 1) * (s[at] - nu[at]);
    }
    for (let i = 0; i < rhs.length; i++) rhs[i] = rho1 * (v[i] - lam[i]);
    addTransposed(t, rhs);
    applyB(rhs, h);
    forward(h, gu);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let g = 0; g < columns; g++) sum += signed(i, g) * gu[i * columns + g];
      fh[i] = sum;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += mInverse[i * n + k] * fh[k];
      q[i] = sum;
    }
    for (let i = 0; i < n; i++) for (let g = 0; g < columns; g++) t[i * columns + g] = signed(i, g) * q[i];
    rhs.fill(0);
    addTransposed(t, rhs);
    applyB(rhs, u);
    for (let i = 0; i < u.length; i++) u[i] = h[i] - u[i];
    forward(u, gu);
    for (let i = 0; i < n; i++) {
      let fu = 0;
      for (let g = 0; g < columns; g++) {
        const at = i * columns + g;
        fu += signed(i, g) * gu[at];
        const plus = a * (2 * on(i, g) - 1) * gu[at] + (1 - a) * s[at] + nu[at];
        s[at] = Math.max(0, plus);
        nu[at] = plus - s[at];
      }
      const plus = a * fu + (1 - a) * r[i] + eta[i];
      r[i] = (y[i] + rho3 * plus) / (1 + rho3);
      eta[i] = plus - r[i];
    }
    for (let g = 0; g < columns; g++) {
      let norm = 0;
      for (let c = 0; c < d; c++) {
        const at = c * columns + g;
        lam[at] += a * u[at] + (1 - a) * v[at];
        norm += lam[at] ** 2;
      }
      const keep = Math.max(0, 1 - beta / rho1 / Math.sqrt(norm));
      for (let c = 0; c < d; c++) {
        const at = c * columns + g;
        v[at] = keep * lam[at];
        lam[at] -= v[at];
      }
    }
  };
}

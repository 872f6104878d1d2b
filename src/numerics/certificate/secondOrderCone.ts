/**
 * Nesterov and Todd's scaling of one second-order cone Q = {(t, v): t >= |v|}, where the dual is (beta, w). For
 * s = (t, v) and y = (beta, w) inside Q there is one W with W y = W^{-1} s = lambda:
 *
 *   W = eta [w0, w1'; w1, I + w1 w1'/(1 + w0)],   W^{-2} = eta^{-2} (2 (J w)(J w)' - J),   J = diag(1, -1, ..., -1),   w'J w = 1.
 *
 * Vectors have length d + 1, the first entry is the scalar part. Source: Vandenberghe's and Dahl's cone-programming notes.
 */
export interface ConeScaling {
  readonly eta: number;
  readonly w: Float64Array;
  readonly lambda: Float64Array;
}

/** t^2 - |v|^2 as (t - |v|)(t + |v|). */
export function determinant(s: Float64Array): number {
  let squares = 0;
  for (let i = 1; i < s.length; i++) squares += s[i] * s[i];
  const norm = Math.sqrt(squares);
  return (s[0] - norm) * (s[0] + norm);
}

export function scaling(s: Float64Array, y: Float64Array): ConeScaling {
  const [sd, yd] = [Math.sqrt(determinant(s)), Math.sqrt(determinant(y))];
  const size = s.length;
  let inner = 0;
  for (let i = 0; i < size; i++) inner += (s[i] / sd) * (y[i] / yd);
  const gamma = Math.sqrt((1 + inner) / 2);
  const w = new Float64Array(size);
  for (let i = 0; i < size; i++) w[i] = (s[i] / sd + (i === 0 ? 1 : -1) * (y[i] / yd)) / (2 * gamma);
  // w'J w = 1 restored from the vector part, which rounding hurts least.
  let squares = 0;
  for (let i = 1; i < size; i++) squares += w[i] * w[i];
  w[0] = Math.sqrt(1 + squares);
  const scale = {eta: Math.sqrt(sd / yd), w, lambda: y};
  return {...scale, lambda: applyW(scale, y)};
}

/** W x. */
export function applyW({eta, w}: Pick<ConeScaling, 'eta' | 'w'>, x: Float64Array): Float64Array {
  return stretch(w, x, eta, 1);
}

/** W^{-1} x. */
export function applyInverseW({eta, w}: Pick<ConeScaling, 'eta' | 'w'>, x: Float64Array): Float64Array {
  return stretch(w, x, 1 / eta, -1);
}

function stretch(w: Float64Array, x: Float64Array, scale: number, side: 1 | -1): Float64Array {
  let inner = 0;
  for (let i = 1; i < x.length; i++) inner += w[i] * x[i];
  const out = new Float64Array(x.length);
  out[0] = scale * (w[0] * x[0] + side * inner);
  const along = side * x[0] + inner / (1 + w[0]);
  for (let i = 1; i < x.length; i++) out[i] = scale * (x[i] + along * w[i]);
  return out;
}

/** The product x o y = (x'y, x0 y1 + y0 x1). */
export function product(x: Float64Array, y: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) out[0] += x[i] * y[i];
  for (let i = 1; i < x.length; i++) out[i] = x[0] * y[i] + y[0] * x[i];
  return out;
}

/** The x with l o x = u. */
export function quotient(l: Float64Array, u: Float64Array): Float64Array {
  let inner = 0;
  for (let i = 1; i < l.length; i++) inner += l[i] * u[i];
  const x = new Float64Array(l.length);
  x[0] = (l[0] * u[0] - inner) / determinant(l);
  for (let i = 1; i < l.length; i++) x[i] = (u[i] - x[0] * l[i]) / l[0];
  return x;
}

/** The largest step with s + step * ds in Q, possibly infinite. */
export function stepToBoundary(s: Float64Array, ds: Float64Array): number {
  let a = ds[0] * ds[0];
  let b = s[0] * ds[0];
  for (let i = 1; i < s.length; i++) {
    a -= ds[i] * ds[i];
    b -= s[i] * ds[i];
  }
  const c = determinant(s);
  const discriminant = b * b - a * c;
  if (discriminant < 0) return Number.POSITIVE_INFINITY;
  const below = Math.sqrt(discriminant) - b;
  return below > 0 ? c / below : Number.POSITIVE_INFINITY;
}

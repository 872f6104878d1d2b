/**
 * The d x d block S = across (I - a a') + along a a' + sum_j weights_j facet_j facet_j' of one group, with |a| = 1 (or
 * a = 0). Near the optimum its parts differ by twenty orders of magnitude, so it is never summed: the factor comes from
 * the square roots of its parts, and products with it from the parts.
 */
export interface Block {
  readonly across: number;
  readonly along: number;
  readonly axis: Float64Array;
  /** facets x d. */
  readonly facets: Float64Array;
  readonly weights: Float64Array;
}

/** S v. */
export function timesBlock({across, along, axis, facets, weights}: Block, v: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d);
  let inner = 0;
  for (let c = 0; c < d; c++) inner += axis[c] * v[c];
  for (let c = 0; c < d; c++) out[c] = across * (v[c] - inner * axis[c]) + along * inner * axis[c];
  for (let j = 0; j < weights.length; j++) {
    let dot = 0;
    for (let c = 0; c < d; c++) dot += facets[j * d + c] * v[c];
    for (let c = 0; c < d; c++) out[c] += weights[j] * dot * facets[j * d + c];
  }
  return out;
}

/** Rotates a row into the upper triangular R (row-major), so that R'R gains row' row. The row is used up. */
function rotateIn(r: Float64Array, row: Float64Array, d: number): void {
  for (let c = 0; c < d; c++) {
    if (row[c] === 0) continue;
    const diagonal = r[c * d + c];
    const length = Math.hypot(diagonal, row[c]);
    const [cos, sin] = [diagonal / length, row[c] / length];
    for (let k = c; k < d; k++) {
      const upper = r[c * d + k];
      r[c * d + k] = cos * upper + sin * row[k];
      row[k] = cos * row[k] - sin * upper;
    }
  }
}

/**
 * The lower Cholesky factor of S, by Givens rotations of the rows sqrt(weight_j) facet_j, sqrt(along) a and
 * sqrt(across) (I - a a'): accurate to the square root of S's condition.
 */
export function blockFactor({across, along, axis, facets, weights}: Block, d: number): Float64Array {
  const r = new Float64Array(d * d);
  const row = new Float64Array(d);
  // Large rows first: small ones are then rotated by small angles and keep their digits.
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a]);
  for (const j of order) {
    const root = Math.sqrt(weights[j]);
    for (let c = 0; c < d; c++) row[c] = root * facets[j * d + c];
    rotateIn(r, row, d);
  }
  for (let i = 0; i < d; i++) {
    for (let c = 0; c < d; c++) row[c] = Math.sqrt(across) * ((i === c ? 1 : 0) - axis[i] * axis[c]);
    rotateIn(r, row, d);
  }
  for (let c = 0; c < d; c++) row[c] = Math.sqrt(along) * axis[c];
  rotateIn(r, row, d);
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let c = 0; c <= i; c++) factor[i * d + c] = r[c * d + i] * (r[c * d + c] < 0 ? -1 : 1);
  return factor;
}

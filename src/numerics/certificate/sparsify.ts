import type {Neuron} from './bounds.ts';
import type {ConeData} from './groupStep.ts';

/** A column is taken as a combination of others where what is left of it is smaller than this share. */
const DEPENDENT = 1e-9;

/** A neuron's output on the samples, for its weight |v| = 1. */
function columnOf({n, d, x}: ConeData, {v, sign, gate}: Neuron): Float64Array {
  const norm = Math.hypot(...v);
  const column = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let z = 0;
    let open = 0;
    for (let c = 0; c < d; c++) {
      z += x[i * d + c] * v[c];
      if (gate) open += x[i * d + c] * gate[c];
    }
    if (gate ? open >= 0 : z > 0) column[i] = (sign * z) / norm;
  }
  return column;
}

/** An orthonormal basis of some columns, with the triangle that leads back: column_k = sum_j q_j r_jk. */
interface Basis {
  readonly q: Float64Array[];
  readonly r: Float64Array[];
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Splits a column into its coordinates in the basis and the rest, by Gram and Schmidt's method twice over. */
function project({q}: Basis, column: Float64Array): {readonly inside: Float64Array; readonly rest: Float64Array} {
  const rest = column.slice();
  const inside = new Float64Array(q.length);
  for (let pass = 0; pass < 2; pass++) {
    for (const [j, direction] of q.entries()) {
      const share = dot(direction, rest);
      inside[j] += share;
      for (let i = 0; i < rest.length; i++) rest[i] -= share * direction[i];
    }
  }
  return {inside, rest};
}

function append(basis: Basis, inside: Float64Array, rest: Float64Array): void {
  const norm = Math.sqrt(dot(rest, rest));
  basis.q.push(rest.map((value) => value / norm));
  basis.r.push(Float64Array.from([...inside, norm]));
}

/** The coefficients with sum_k coefficient_k column_k = sum_j inside_j q_j, by back substitution. */
function combination({r}: Basis, inside: Float64Array): Float64Array {
  const out = inside.slice();
  for (let k = out.length - 1; k >= 0; k--) {
    out[k] /= r[k][k];
    for (let j = 0; j < k; j++) out[j] -= r[k][j] * out[k];
  }
  return out;
}

/**
 * The same network with linearly independent neurons, so at most as many as there are samples. Where one neuron's outputs
 * are a combination of others', weight moves between them along that relation, which leaves the fit alone, in the direction
 * that does not raise the sum of the weights, until one is zero (Caratheodory's argument). Weights stay positive.
 */
export function sparsify(data: ConeData, neurons: readonly Neuron[]): readonly Neuron[] {
  const sorted = neurons.filter(({v}) => Math.hypot(...v) > 0).sort((a, b) => Math.hypot(...b.v) - Math.hypot(...a.v));
  const weights = sorted.map(({v}) => Math.hypot(...v));
  const columns = sorted.map((neuron) => columnOf(data, neuron));
  let kept: number[] = [];
  const basis: Basis = {q: [], r: []};
  for (const [k, column] of columns.entries()) {
    const {inside, rest} = project(basis, column);
    if (dot(rest, rest) > DEPENDENT ** 2 * dot(column, column)) {
      append(basis, inside, rest);
      kept.push(k);
      continue;
    }
    const gone = shift(weights, kept, k, combination(basis, inside));
    if (gone === k) continue;
    // What was built before the one that has gone still stands.
    const place = kept.indexOf(gone);
    kept = [...kept.filter((one) => one !== gone), k];
    basis.q.length = place;
    basis.r.length = place;
    for (const one of kept.slice(place)) {
      const part = project(basis, columns[one]);
      append(basis, part.inside, part.rest);
    }
  }
  return kept.map((k) => {
    const {v, sign, gate} = sorted[k];
    const norm = Math.hypot(...v);
    return {v: v.map((value) => (value * weights[k]) / norm), sign, gate};
  });
}

/** column_k = sum_j c_j column_j: moves weight between k and the kept ones until one is empty, and returns it. */
function shift(weights: number[], kept: readonly number[], k: number, c: Float64Array): number {
  // Taking one unit from k and giving c_j to each j changes the penalty by sum c - 1.
  const direction = c.reduce((sum, value) => sum + value, -1) <= 0 ? 1 : -1;
  let step = direction > 0 ? weights[k] : Number.POSITIVE_INFINITY;
  let gone = k;
  for (const [at, j] of kept.entries()) {
    const change = direction * c[at];
    if (change >= 0 || weights[j] / -change >= step) continue;
    step = weights[j] / -change;
    gone = j;
  }
  weights[k] -= direction * step;
  for (const [at, j] of kept.entries()) weights[j] += direction * step * c[at];
  weights[gone] = 0;
  return gone;
}

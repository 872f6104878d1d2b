import type {CertifiedInterval, Certifier, CertifierInput, CertificateScope, MakeCertifier} from '../../core/certificate.ts';
import type {PreparedData} from '../../core/data.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {type Result, success} from '../../core/result.ts';
import {arrange} from '../../numerics/arrangement.ts';
import {float32Gate} from '../../numerics/certificate/float32Gate.ts';
import {samplePatterns} from '../../numerics/patterns.ts';
import {ThresholdLasso} from '../../numerics/thresholdLasso.ts';

/** Columns to choose from, with a gate for each. */
interface Pool {
  readonly scope: CertificateScope;
  readonly count: number;
  /** count x n, entries 0 or 1. */
  readonly columns: Uint8Array;
  readonly gate: (p: number) => Float64Array;
}

const REMAINDER =
  'The optimum of the convex programme needs patterns that are too thin for a gate in float32, so that its network has a larger J. The interval is proved.';

/** All patterns where they can be listed, else the sampled ones where a sample is given. */
function poolOf({data, sample}: CertifierInput): Result<Pool> {
  const {d, train: {n, x}} = data;
  const cells = arrange(x, n, d);
  if (cells.ok) {
    const {count, mask, inside} = cells.value;
    return success({scope: 'global', count, columns: mask, gate: (p) => inside.slice(3 * p, 3 * p + d)});
  }
  if (!sample) return cells;
  const {count, mask, gates} = samplePatterns(x, n, d, sample.patterns, sample.seed);
  const columns = new Uint8Array(count * n);
  for (let i = 0; i < n; i++) for (let p = 0; p < count; p++) columns[p * n + i] = mask[i * count + p];
  return success({scope: 'sampled programme', count, columns, gate: (p) => gates.slice(p * d, (p + 1) * d)});
}

/** The gate of column p in float32, with its pattern where float32 has such a gate. */
function gateOf({gate, columns}: Pool, p: number, {d, train: {n, x}}: PreparedData): Float32Array {
  const near = gate(p);
  return Float32Array.from(float32Gate(near, {n, d, x, mask: columns.subarray(p * n, (p + 1) * n)}) ?? near);
}

/** Units of a network: gates in float32, as snapshots hold them, and weights in float64. */
interface Units {
  readonly gates: readonly Float32Array[];
  readonly weights: readonly number[];
}

/** J = 1/2 sum_i (f(x_i) - y_i)^2 + beta sum_j |w_j| from the gates themselves. */
function objectiveOf({gates, weights}: Units, {train: {n, x, y}, d}: PreparedData, beta: number): number {
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let f = 0;
    for (const [j, gate] of gates.entries()) {
      let z = 0;
      for (let c = 0; c < d; c++) z += x[i * d + c] * gate[c];
      if (z >= 0) f += weights[j];
    }
    loss += (f - y[i]) ** 2 / 2;
  }
  return loss + beta * weights.reduce((sum, w) => sum + Math.abs(w), 0);
}

function snapshotOf({gates, weights}: Units, d: number): Snapshot {
  // Without a unit: one of weight zero, which is on everywhere.
  if (gates.length === 0) return {iteration: 0, shapes: {gates: [1, d], alpha: [1, 1]}, values: Float32Array.from({length: d + 1}, (_, c) => (c === d - 1 ? 1 : 0))};
  const values = Float32Array.from([...gates.flatMap((gate) => [...gate]), ...weights]);
  return {iteration: 0, shapes: {gates: [gates.length, d], alpha: [gates.length, 1]}, values};
}

/** The LASSO's rounds, with J of an actual network as the upper end. */
function certifier(pool: Pool, data: PreparedData, beta: number, lasso: ThresholdLasso): Certifier {
  const zero = data.train.y.reduce((sum, y) => sum + y * y, 0) / 2;
  let best: {readonly upper: number; readonly units: Units} = {upper: zero, units: {gates: [], weights: []}};
  let lower = 0;
  let isReached = true;

  const advance = (): CertifiedInterval => {
    const round = lasso.advance();
    const {patterns, weights} = lasso.solution();
    const units = {gates: patterns.map((p) => gateOf(pool, p, data)), weights};
    const measured = objectiveOf(units, data, beta);
    // Equal up to rounding unless a cell is too thin for its gate, and then the network has other columns.
    isReached = Math.abs(measured - round.upper) <= 1e-13 * zero;
    const upper = isReached ? round.upper : measured;
    if (upper <= best.upper) best = {upper, units};
    lower = Math.max(lower, Math.min(round.lower, best.upper));
    return {
      lower,
      upper: best.upper,
      relativeGap: best.upper > 0 ? (best.upper - lower) / best.upper : 0,
      patterns: pool.count,
      working: round.working,
      neurons: best.units.weights.length,
      improvable: round.improvable && best.upper > lower,
    };
  };
  return {
    scope: pool.scope,
    get remainder() {
      return isReached ? undefined : REMAINDER;
    },
    advance,
    network: () => snapshotOf(best.units, data.d),
    withBeta: (other) => certifier(pool, data, other, lasso.withBeta(other)),
  };
}

/**
 * Certified optima of threshold networks: of any width where all patterns can be listed (one or two inputs), else of
 * the network that the sampled patterns make.
 */
const makeCertifier: MakeCertifier = (input) => {
  const pool = poolOf(input);
  if (!pool.ok) return pool;
  const {n, y} = input.data.train;
  const beta = Number(input.params.beta);
  const {count, columns} = pool.value;
  return success(certifier(pool.value, input.data, beta, new ThresholdLasso({n, count, columns, y}, beta)));
};

export default makeCertifier;

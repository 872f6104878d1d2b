import {mixingSweep} from '../../numerics/binary/mixing.ts';
import {withHead} from '../../numerics/binary/lowRankSampling.ts';
import {beginDescent, riemannianStep, safeStep} from '../../numerics/binary/riemannian.ts';
import {normalise, product, relaxation, type Rows} from '../../numerics/binary/rows.ts';
import {certificateOf} from '../../numerics/binary/sdpCertificate.ts';
import {type BinaryFile, quadraticOfCase} from './binaryFile.ts';
import {compared} from './compared.ts';
import type {Comparison} from './types.ts';

/** erf(x) = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (1 3 5 ... (2n+1)); all terms have one sign. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Rows 1.. of an n x k array, column by column from `first` to the last. */
const block = (values: Float64Array, k: number, first: number): number[][] =>
  Array.from({length: values.length / k - 1}, (_, i) => Array.from(values.subarray((i + 1) * k + first, (i + 2) * k)));

const rowsOf = (raw: readonly (readonly number[])[]): Rows => {
  const rows = {n: raw.length, k: raw[0].length, v: Float64Array.from(raw.flat())};
  normalise(rows);
  return rows;
};

/**
 * Means over r ~ N(0, I): E[w_i] = erf(t_i/sqrt 2) and E[w_i r] = 2 phi(t_i)/s_i Z_i with t_i = mu_i/s_i, s_i = |Z_i|, as
 * rows of one array (p x (1 + k)) with the head's E[1] = 1 and E[r] = 0 before them.
 */
function roundedMoments({n, k, v}: Rows): Rows {
  const out = v.slice();
  for (let i = 1; i < n; i++) {
    const row = v.subarray(i * k, (i + 1) * k);
    const s = Math.hypot(...row.subarray(1));
    const t = row[0] / s;
    out[i * k] = erf(t / Math.SQRT2);
    const density = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
    for (let c = 1; c < k; c++) out[i * k + c] = ((2 * density) / s) * row[c];
  }
  return {n, k, v: out};
}

export function* compareIdentities({identities}: BinaryFile, clock: () => number): Iterable<Comparison> {
  for (const [at, one] of identities.entries()) {
    const from = clock();
    const quadratic = quadraticOfCase(one);
    const {matrix} = quadratic;
    const rows = withHead(rowsOf(one.mu_raw.map((mu, i) => [mu, ...one.Z_raw[i]])));
    const {k} = rows;
    const gradient = product(matrix, rows).map((value) => 2 * value);
    const moments = roundedMoments(rows);
    const rounded = product(matrix, moments).map((value) => 2 * value);
    const {y, leastEigenvalue, raw} = certificateOf(quadratic, rows);
    const first = (values: Float64Array): number[] => block(values, k, 0).map((row) => row[0]);
    const computed = {
      mu: first(rows.v), Z: block(rows.v, k, 1), relaxed: relaxation(matrix, rows), relaxedMu: first(gradient), relaxedZ: block(gradient, k, 1),
      meanW: first(moments.v), meanWr: block(moments.v, k, 1), roundedMu: first(rounded), roundedZ: block(rounded, k, 1),
      y: Array.from(y), leastEigenvalue, certified: raw,
    };
    const reference = {
      mu: one.mu, Z: one.Z, relaxed: one.G_relaxed, relaxedMu: one.grad_mu_relaxed, relaxedZ: one.grad_Z_relaxed,
      meanW: one.E_w_rounded, meanWr: one.E_w_rT_rounded, roundedMu: one.visp_grad_mu_expected, roundedZ: one.visp_grad_Z_expected,
      y: one.certificate_y, leastEigenvalue: one.certificate_lambda_min, certified: one.certificate_lb,
    };
    yield compared(`identities ${at + 1}`, computed, reference, 1e-9, (clock() - from) / 1000);
  }
}

/** The first sweeps of the mixing method and steps of the fixed Riemannian descent, value by value. */
export function* compareTraces({trace}: BinaryFile, clock: () => number): Iterable<Comparison> {
  for (const [at, one] of trace.entries()) {
    const from = clock();
    const quadratic = quadraticOfCase(one);
    const {matrix, p} = quadratic;
    const rows = rowsOf(one.V0_raw);
    const begun = rows.v.slice();
    const sweeps = one.mixing_f_after_sweep_0to5.map((_, sweep) => {
      if (sweep > 0) mixingSweep(matrix, rows);
      const {f, raw} = certificateOf(quadratic, rows);
      return [f, raw];
    });
    const safe = safeStep(matrix, p + 1);
    let point = beginDescent(matrix, {...rows, v: begun});
    const descent = one.rgd_f_after_step_0to5.map((_, step) => {
      if (step > 0) point = riemannianStep(matrix, point, 'fixed', safe).next;
      return point.f;
    });
    for (let step = 0; step < 3000; step++) point = riemannianStep(matrix, point, 'fixed', safe).next;
    const computed = {mixing: sweeps.map(([f]) => f), certified: sweeps.map(([, raw]) => raw), step: safe, descent, limit: point.f};
    const reference = {mixing: one.mixing_f_after_sweep_0to5, certified: one.mixing_lb_after_sweep_0to5, step: one.rgd_step, descent: one.rgd_f_after_step_0to5, limit: one.sdp_opt};
    yield compared(`trace ${at + 1}`, computed, reference, 1e-6, (clock() - from) / 1000);
  }
}

import {randomStream} from '../../core/random.ts';
import {boxBound} from '../../numerics/binary/boxBound.ts';
import {GrayEnumeration} from '../../numerics/binary/enumeration.ts';
import {mixingSweep} from '../../numerics/binary/mixing.ts';
import {energy, type Quadratic} from '../../numerics/binary/quadratic.ts';
import {drawRoundings, leastOf} from '../../numerics/binary/rounding.ts';
import {atRank, randomRows, relaxation, type Rows, rowsAtAngles, rowsOfSigns, withColumn} from '../../numerics/binary/rows.ts';
import {certificateOf, type SdpCertificate} from '../../numerics/binary/sdpCertificate.ts';
import {type BinaryFile, quadraticNamed, quadraticOfCase, type QuboCase} from './binaryFile.ts';
import {compared, demanded} from './compared.ts';
import type {Comparison} from './types.ts';

const MOST_SWEEPS = 20_000;
/** Sweeps after which a stuck run is taken to rest: the slowest of them settles to 1e-9 within some hundred. */
const SETTLING = 3000;
const EXACT = 1e-9;

function sweeps(quadratic: Quadratic, rows: Rows, count: number): void {
  for (let sweep = 0; sweep < count; sweep++) mixingSweep(quadratic.matrix, rows);
}

/** Sweeps until f and the proved bound agree to 1e-7. */
function solved(quadratic: Quadratic, rows: Rows): SdpCertificate {
  let certificate = certificateOf(quadratic, rows);
  for (let done = 0; done < MOST_SWEEPS && certificate.f - certificate.raw > 1e-7 * Math.max(1, certificate.f); done += 20) {
    sweeps(quadratic, rows, 20);
    certificate = certificateOf(quadratic, rows);
  }
  return certificate;
}

/** The relaxation's value, the bounds around the optimum, the optimum itself by enumeration, and the box. */
export function* compareQubo(one: QuboCase, clock: () => number): Iterable<Comparison> {
  const quadratic = quadraticOfCase(one);
  let from = clock();
  const passed = (): number => {
    const seconds = (clock() - from) / 1000;
    from = clock();
    return seconds;
  };
  const rows = randomRows(one.p + 1, one.k_default, randomStream(1, 'reference', one.id));
  const {f, raw, lower} = solved(quadratic, rows);
  yield compared(`${one.id}, SDP`, {f, certified: raw}, {f: one.sdp_opt, certified: one.sdp_opt}, 1e-5, passed());
  const rounding = leastOf(drawRoundings(quadratic, rows, 'anchored', randomStream(1, 'roundings', one.id), 100)).energy;
  const inOrder = Math.max(lower - one.opt, one.opt - rounding - EXACT * Math.max(1, one.opt));
  yield demanded(`${one.id}, bounds`, {lower, rounding}, {optimum: one.opt}, inOrder, passed(), 'the optimum does not lie between the bounds');
  const box = boxBound(quadratic).lower;
  yield compared(`${one.id}, box`, {lower: box}, {lower: one.box_certified_lb}, 1e-6, passed());
  const enumeration = new GrayEnumeration(quadratic);
  enumeration.advance(Number.POSITIVE_INFINITY);
  const {best, copies, second} = enumeration.result;
  const computed = {optimum: best, copies, second, given: energy(quadratic, one.w_opt)};
  yield compared(`${one.id}, enumeration`, computed, {optimum: one.opt, copies: one.n_opt, second: one.second, given: one.opt}, EXACT, passed());
}

/** Rank 2 stuck as listed, and freed by a column of 0.1 and by one along the eigenvector. */
export function* compareStuckTwo(file: BinaryFile, clock: () => number): Iterable<Comparison> {
  for (const one of file.stuck_k2) {
    const from = clock();
    const quadratic = quadraticNamed(file, one.instance);
    const rows = rowsAtAngles(one.angles0);
    const f0 = relaxation(quadratic.matrix, rows);
    sweeps(quadratic, rows, 1);
    const f1 = relaxation(quadratic.matrix, rows);
    sweeps(quadratic, rows, 4);
    const f5 = relaxation(quadratic.matrix, rows);
    sweeps(quadratic, rows, SETTLING);
    const {f, raw, leastEigenvalue, direction} = certificateOf(quadratic, rows);
    // The file's bounds are cut off at 0.
    const found = {f0, f1, f5, f, leastEigenvalue, certified: Math.max(0, raw)};
    const given = {f0: one.f0, f1: one.f_after_1_sweep, f5: one.f_after_5_sweeps, f: one.f_stuck, leastEigenvalue: one.lambda_min_S, certified: one.certified_lb_at_stuck};
    yield compared(`${one.id}, stuck`, found, given, 5e-6, (clock() - from) / 1000);
    const wide = atRank(rowsAtAngles(one.angles0), 3);
    sweeps(quadratic, wide, SETTLING);
    const lifted = withColumn(rows, direction().map((entry) => 0.1 * entry));
    const appended = relaxation(quadratic.matrix, lifted);
    sweeps(quadratic, lifted, SETTLING);
    const freed = {rankThree: relaxation(quadratic.matrix, wide), appended, staircase: relaxation(quadratic.matrix, lifted)};
    const wanted = {rankThree: one.k3_lifted_f, appended: one.staircase_f_after_append, staircase: one.staircase_f_final};
    yield compared(`${one.id}, freed`, freed, wanted, 1e-6, (clock() - from) / 1000);
  }
}

/** Rank 1: one-flip descent stops where it is said to. */
export function* compareStuckOne(file: BinaryFile, clock: () => number): Iterable<Comparison> {
  for (const one of file.stuck_k1) {
    const from = clock();
    const quadratic = quadraticNamed(file, one.instance);
    const rows = rowsOfSigns(one.w0);
    sweeps(quadratic, rows, 100);
    const weights = Array.from(rows.v.subarray(1), (sign) => sign * rows.v[0]);
    const computed = {weights, f: relaxation(quadratic.matrix, rows)};
    yield compared(`${one.instance}, stuck at rank 1`, computed, {weights: one.w_stuck, f: one.f_stuck}, EXACT, (clock() - from) / 1000);
  }
}

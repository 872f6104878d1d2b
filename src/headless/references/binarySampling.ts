import {randomStream} from '../../core/random.ts';
import {beginSampling, couplingOf, samplingStep, signsAt, withHead} from '../../numerics/binary/lowRankSampling.ts';
import {energy, type Quadratic} from '../../numerics/binary/quadratic.ts';
import {drawRoundings, leastOf} from '../../numerics/binary/rounding.ts';
import {type BinaryFile, quadraticNamed} from './binaryFile.ts';
import {demanded} from './compared.ts';
import type {Comparison} from './types.ts';

/** As the file's `setup` says. */
const RUNS = 60;
const STEPS = 400;
const ROUNDINGS = 100;
const RULE = {learningRate: 1, momentum: 0.9, length: STEPS, antithetic: true, deleteDiagonal: false, tangent: false};
/** Share of the runs of rank 2 in which the best of 100 roundings is the optimum, at least. */
const ACCEPTED = 0.9;

interface Shares {
  readonly sign: number;
  readonly best100: number;
  readonly best_seen: number;
}

/** Shares of runs in which sign(mu), the best rounding, or anything seen on the way is the optimum. */
export function hitShares(quadratic: Quadratic, optimum: number, rank: number): Shares {
  const scale = couplingOf(quadratic);
  const counts = {sign: 0, best100: 0, best_seen: 0};
  for (let run = 0; run < RUNS; run++) {
    const random = randomStream(run, 'reference', rank);
    let state = beginSampling(quadratic.p, rank, random);
    let seen = Number.POSITIVE_INFINITY;
    const watch = (_w: Int8Array, value: number): void => {
      seen = Math.min(seen, value);
    };
    for (let step = 0; step < STEPS; step++) state = samplingStep(quadratic, state, {...RULE, rank}, scale, step, random, watch);
    const sign = energy(quadratic, signsAt(state.rows, new Float64Array(rank)));
    const drawn = rank > 0 ? leastOf(drawRoundings(quadratic, withHead(state.rows), 'anchored', random, ROUNDINGS)).energy : sign;
    const best = Math.min(sign, drawn);
    if (sign === optimum) counts.sign++;
    if (best === optimum) counts.best100++;
    if (Math.min(best, seen) === optimum) counts.best_seen++;
  }
  return {sign: counts.sign / RUNS, best100: counts.best100 / RUNS, best_seen: counts.best_seen / RUNS};
}

/** Shares at all ranks are told; only what the specification accepts by is judged, as the draws are other ones. */
export function* compareSampling(file: BinaryFile, clock: () => number): Iterable<Comparison> {
  for (const [id, reference] of Object.entries(file.linear_layer_low_rank_hits.hits)) {
    const from = clock();
    const optimum = file.qubo.find((one) => one.id === id)?.opt ?? Number.NaN;
    const quadratic = quadraticNamed(file, id);
    const shares = Object.fromEntries([0, 1, 2, 4].map((rank) => [`k${rank}`, hitShares(quadratic, optimum, rank)]));
    const short = ACCEPTED - shares.k2.best100;
    yield demanded(`${id}, low-rank sampling`, shares, reference, short, (clock() - from) / 1000, `rank 2 finds the optimum in fewer than ${100 * ACCEPTED} % of the runs`);
  }
}

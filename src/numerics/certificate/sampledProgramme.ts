import type {CertifiedInterval} from '../../core/certificate.ts';
import {failure, type Result, success} from '../../core/result.ts';
import {samplePatterns} from '../patterns.ts';
import {intoDomain, lowerBound, networkObjective, type Neuron} from './bounds.ts';
import {ConeProgram} from './coneProgram.ts';
import type {ConeData, Group} from './groupStep.ts';

/** Multiplications of one interior-point iteration, and bytes of constraints, that are still bearable. */
const WORK_LIMIT = 3e9;
const MEMORY_LIMIT = 3e8;
/** Interior-point iterations a round, so that the interval is seen to close. */
const ITERATIONS = 3;

interface Sampled extends Group {
  readonly gate: Float64Array;
}

/**
 * The optimum of the convex programme over sampled activation patterns, for data of any number of columns. Every group
 * keeps all n constraints; the multipliers nu of the interior-point method price it: |q_g + facets' nu_g| is what group
 * g can gain at most. The interval speaks of networks with these patterns only; a network with another can be below it.
 */
export class SampledProgramme {
  readonly #data: ConeData;
  readonly #groups: readonly Sampled[];
  readonly #gated: boolean;
  #program: ConeProgram | null = null;
  #lower = Number.NEGATIVE_INFINITY;
  #upper = Number.POSITIVE_INFINITY;
  #neurons: readonly Neuron[] = [];
  #exhausted = false;

  private constructor(data: ConeData, groups: readonly Sampled[], gated: boolean) {
    this.#data = data;
    this.#groups = groups;
    this.#gated = gated;
  }

  static of(data: ConeData, wanted: number, seed: number, gated: boolean): Result<SampledProgramme> {
    const {n, d, x} = data;
    const work = 2 * wanted * (n * d * d + (n * n * d) / 8);
    if (work > WORK_LIMIT || 8 * wanted * n * d > MEMORY_LIMIT) {
      return failure('certificate', `would take minutes: ${wanted} patterns on ${n} samples with ${d} columns. Take fewer patterns or samples`);
    }
    const patterns = samplePatterns(x, n, d, wanted, seed);
    const groups: Sampled[] = [];
    for (let p = 0; p < patterns.count; p++) {
      const gate = patterns.gates.slice(p * d, (p + 1) * d);
      const rows = Int32Array.from(Array.from({length: n}, (_, i) => i).filter((i) => patterns.mask[i * patterns.count + p] === 1));
      const facets = gated ? new Float64Array(0) : constraints(data, patterns.mask, patterns.count, p);
      for (const sign of [1, -1] as const) groups.push({rows, sign, facets, start: gate, gate});
    }
    return success(new SampledProgramme(data, groups, gated));
  }

  get neurons(): readonly Neuron[] {
    return this.#neurons;
  }

  withBeta(beta: number): SampledProgramme {
    return new SampledProgramme({...this.#data, beta}, this.#groups, this.#gated);
  }

  advance(): CertifiedInterval {
    if (!this.#program) {
      this.#program = new ConeProgram(this.#data, this.#groups);
      this.#offer([]);
    }
    for (let pass = 0; pass < ITERATIONS && !this.#exhausted; pass++) {
      this.#exhausted = !this.#program.step();
      this.#record(this.#program);
    }
    const relativeGap = this.#upper > this.#lower ? (this.#upper - this.#lower) / this.#upper : 0;
    return {
      lower: this.#lower,
      upper: this.#upper,
      relativeGap,
      patterns: this.#groups.length / 2,
      working: this.#groups.length / 2,
      neurons: this.#neurons.length,
      improvable: !this.#exhausted && relativeGap > 1e-9,
    };
  }

  #record(program: ConeProgram): void {
    const {dual, y, beta} = this.#data;
    const lower = lowerBound(dual, intoDomain(dual, program.z, y), y, program.dualNorm(), beta);
    this.#offer(this.#groups.map(({sign, gate}, g) => ({v: program.directions[g].slice(), sign, gate: this.#gated ? gate : null})));
    this.#lower = Math.max(this.#lower, Math.min(this.#upper, lower));
  }

  #offer(neurons: readonly Neuron[]): void {
    const total = neurons.reduce((sum, {v}) => sum + Math.hypot(...v), 0);
    for (const share of [0, 1e-7, 1e-5]) {
      const kept = neurons.filter(({v}) => Math.hypot(...v) > share * total);
      const objective = networkObjective(this.#data, kept);
      if (objective > this.#upper) continue;
      this.#upper = objective;
      this.#neurons = kept;
    }
  }
}

/** E X without zero rows, scaled to unit rows. */
function constraints({n, d, x}: ConeData, mask: Float64Array, count: number, p: number): Float64Array {
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * d, (i + 1) * d);
    const norm = Math.hypot(...row);
    if (norm === 0) continue;
    const scale = (mask[i * count + p] === 1 ? 1 : -1) / norm;
    for (const value of row) rows.push(scale * value);
  }
  return Float64Array.from(rows);
}

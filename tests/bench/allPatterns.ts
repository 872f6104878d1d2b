import type {CertifiedInterval} from '../../src/core/certificate.ts';
import {type Arrangement, arrange} from '../../src/numerics/arrangement.ts';
import {intoDomain, lowerBound, networkObjective, type Neuron} from '../../src/numerics/certificate/bounds.ts';
import {ConeProgram} from '../../src/numerics/certificate/coneProgram.ts';
import type {ConeData, Group} from '../../src/numerics/certificate/groupStep.ts';

/** Both groups of a cell, constrained by the cell's edges. */
function groupsOf({n, mask, edgeStart, normals, inside}: Arrangement, d: number, cell: number): Group[] {
  const rows = Int32Array.from(Array.from({length: n}, (_, i) => i).filter((i) => mask[cell * n + i] === 1));
  const facets: number[] = [];
  for (let e = edgeStart[cell]; e < edgeStart[cell + 1]; e++) {
    const normal = normals.subarray(3 * e, 3 * e + d);
    const norm = Math.hypot(...normal);
    facets.push(...normal.map((value) => value / norm));
  }
  const start = inside.slice(3 * cell, 3 * cell + d);
  return ([1, -1] as const).map((sign) => ({rows, sign, facets: Float64Array.from(facets), start}));
}

/**
 * What column generation is compared with: the same interior-point method on the programme of all patterns at once,
 * one iteration a round. Every pattern is in the programme, so its multipliers price them all and the interval is one
 * over all networks too.
 */
export class AllPatterns {
  readonly #data: ConeData;
  readonly #groups: readonly Group[];
  readonly #program: ConeProgram;

  constructor(data: ConeData) {
    const cells = arrange(data.x, data.n, data.d);
    if (!cells.ok) throw new Error(cells.error.message);
    this.#data = data;
    this.#groups = Array.from({length: cells.value.count}, (_, cell) => groupsOf(cells.value, data.d, cell)).flat();
    this.#program = new ConeProgram(data, this.#groups);
  }

  advance(): CertifiedInterval {
    const improvable = this.#program.step();
    const {dual, y, beta} = this.#data;
    const {directions, z} = this.#program;
    const all: readonly Neuron[] = this.#groups.map(({sign}, g) => ({v: directions[g], sign, gate: null}));
    const norms = directions.map((v) => Math.hypot(...v));
    const total = norms.reduce((sum, norm) => sum + norm, 0);
    const kept = all.filter((_, g) => norms[g] > 1e-6 * total);
    const upper = Math.min(networkObjective(this.#data, all), networkObjective(this.#data, kept));
    const lower = lowerBound(dual, intoDomain(dual, z, y), y, this.#program.dualNorm(), beta);
    const patterns = this.#groups.length / 2;
    return {lower, upper, relativeGap: Math.max(0, (upper - lower) / upper), patterns, working: this.#groups.length, neurons: kept.length, improvable};
  }
}

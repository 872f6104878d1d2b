import type {Certifier, CertifierInput} from '../../core/certificate.ts';
import type {HostDual} from '../../core/hostProblem.ts';
import type {PreparedData} from '../../core/data.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {failure, type Result, success} from '../../core/result.ts';
import {arrange} from '../arrangement.ts';
import type {Neuron} from './bounds.ts';
import {ColumnGeneration} from './columnGeneration.ts';
import type {ConeData} from './groupStep.ts';
import {SampledProgramme} from './sampledProgramme.ts';

/**
 * The certifier of two-layer networks with rectified or gated units: global where all activation patterns can be
 * listed (at most three columns), else of the programme over the patterns that a contestant samples, else a fault.
 */
export function reluCertifier({data, params, loss, sample}: CertifierInput, gated: boolean): Result<Certifier> {
  const {d, train} = data;
  const beta = Number(params.beta);
  if (data.k !== 1 || !loss.dual) return failure('certificate', 'is written for one output and the squared, logistic and hinge losses');
  if (!(beta > 0)) return withoutDecay(data, loss.dual);
  const cone: ConeData = {n: train.n, d, x: train.x, y: train.y, loss, dual: loss.dual, beta};
  if (d <= 3) {
    const cells = arrange(train.x, train.n, d);
    return cells.ok ? success(wrap('global', new ColumnGeneration(cone, cells.value, gated), d, gated)) : cells;
  }
  if (!sample) {
    return failure('certificate', 'of the global optimum needs one or two inputs; with more, only the programme of sampled patterns has one, and no contestant samples patterns here');
  }
  const programme = SampledProgramme.of(cone, sample.patterns, sample.seed, gated);
  return programme.ok ? success(wrap('sampled programme', programme.value, d, gated)) : programme;
}

type Programme = Pick<ColumnGeneration, 'advance' | 'neurons'> & {readonly remainder?: string | undefined; withBeta(beta: number): Programme};

const wrap = (scope: Certifier['scope'], programme: Programme, d: number, gated: boolean): Certifier => ({
  scope,
  get remainder() {
    return programme.remainder;
  },
  advance: () => programme.advance(),
  network: () => networkOf(programme.neurons, d, gated),
  withBeta: (beta) => wrap(scope, programme.withBeta(beta), d, gated),
});

/** u = v / sqrt|v|, alpha = +-sqrt|v|; at least one neuron, as a network of none has no shape. */
function networkOf(neurons: readonly Neuron[], d: number, gated: boolean): Snapshot {
  const m = Math.max(1, neurons.length);
  const u = new Float32Array(m * d);
  const alpha = new Float32Array(m);
  const gates = new Float32Array(m * d);
  for (const [j, {v, sign, gate}] of neurons.entries()) {
    const root = Math.sqrt(Math.hypot(...v));
    if (root === 0) continue;
    u.set(v.map((value) => value / root), j * d);
    alpha[j] = sign * root;
    if (gate) gates.set(gate, j * d);
  }
  const values = new Float32Array(m * (d + 1) + (gated ? m * d : 0));
  values.set(u);
  values.set(alpha, m * d);
  if (gated) values.set(gates, m * (d + 1));
  return {iteration: 0, shapes: gated ? {u: [m, d], alpha: [m, 1], gates: [m, d]} : {u: [m, d], alpha: [m, 1]}, values};
}

/** Without weight decay only samples with equal inputs and different targets cost anything. */
function withoutDecay({d, train}: PreparedData, dual: HostDual): Result<Certifier> {
  const byInput = new Map<string, number[]>();
  for (let i = 0; i < train.n; i++) {
    const key = train.x.subarray(i * d, (i + 1) * d).join();
    byInput.set(key, [...(byInput.get(key) ?? []), train.y[i]]);
  }
  const floor = [...byInput.values()].reduce((sum, targets) => sum + dual.floor(targets), 0);
  return failure(
    'beta',
    `is 0: without weight decay ever wider networks fit every distinct input as well as the loss allows, so J comes as near to ${Number(floor.toPrecision(6))} as you like. A certificate needs a beta above 0`,
  );
}

import type {CertifiedInterval, Certifier, CertifierInput, MakeCertifier} from '../../core/certificate.ts';
import {failure, success} from '../../core/result.ts';
import {NetEnumeration, type Tried} from '../../numerics/binary/netEnumeration.ts';
import {inputRows, type NetModel, netModel, weightCount} from '../../numerics/binary/netModel.ts';
import {snapshotOfLatent} from '../../numerics/binary/netSamples.ts';
import {MOST_BITS} from './spec.ts';

/** Sample evaluations between two reports: some tens of milliseconds. */
const CHUNK = 2e6;

/**
 * A bound that needs no search: sums of m signs and a constant lie between -(m + 1) and m + 1, so no sample's loss is
 * below its least over those values. For one output and signs; else 0.
 */
function trivialBound(model: NetModel, {data: {train}, loss}: CertifierInput): number {
  if (model.outputs > 1 || model.activation !== 'sign') return 0;
  const least = new Float64Array(train.n).fill(Number.POSITIVE_INFINITY);
  for (let s = -model.sums; s <= model.sums; s += 2) {
    const outputs = new Float64Array(train.n).fill(s);
    for (let i = 0; i < train.n; i++) least[i] = Math.min(least[i], loss.value(outputs, train.y, i, 1));
  }
  return least.reduce((sum, value) => sum + value, 0);
}

const WHOLE = new Intl.NumberFormat('en-GB');

/** How many attain the optimum, in words. */
function claimOf({total, copies, second}: Tried): string {
  const next = Number.isFinite(second) ? ` The next value that J can take is ${Number(second.toPrecision(7))}.` : '';
  const attain = copies === 1 ? 'one of them attains' : `${WHOLE.format(copies)} of them attain`;
  return `Proved by trying all ${WHOLE.format(total)} networks of this width: ${attain} the optimum.${next}`;
}

function certifier(model: NetModel, input: CertifierInput): Certifier {
  const {train} = input.data;
  const enumeration = new NetEnumeration(model, {...train, x: inputRows(model, train.x, train.n)}, input.loss);
  const floor = trivialBound(model, input);

  const advance = (): CertifiedInterval => {
    const {count, total, best, second, copies} = enumeration.advance(Math.max(1, Math.ceil(CHUNK / (train.n * model.outputs))));
    const done = count === total;
    const lower = done ? best : Math.min(floor, best);
    return {
      lower,
      upper: best,
      relativeGap: best > 0 ? (best - lower) / best : 0,
      patterns: count,
      working: copies,
      ...(done && Number.isFinite(second) ? {second} : {}),
      neurons: model.hidden,
      improvable: !done,
    };
  };
  return {
    scope: 'global',
    get claim() {
      return claimOf(enumeration.tried);
    },
    advance,
    network() {
      const none = new Float64Array(0);
      return snapshotOfLatent(model, {rank: 0, mu: Float64Array.from(enumeration.tried.weights), z: none, noise: null, bias: none, scale: none, shift: none});
    },
  };
}

/** The optimum over all networks of the width, by trying them. */
const makeCertifier: MakeCertifier = (input) => {
  const model = netModel(input.data, input.params);
  if (!model.allBinary) return failure('problem.params.parameters', 'must be "binary only" for a certificate: with real scales there are infinitely many networks');
  const bits = weightCount(model);
  if (bits <= MOST_BITS) return success(certifier(model, input));
  const {hidden, inputs, outputs} = model;
  const most = Math.floor((MOST_BITS - outputs) / (inputs + outputs));
  const advice = most > 0 ? `take a width of at most ${most}` : 'take data with fewer inputs';
  return failure('problem.params.width', `gives ${bits} binary weights (${hidden} ${hidden === 1 ? 'neuron' : 'neurons'} of ${inputs} inputs and ${outputs} ${outputs === 1 ? 'output' : 'outputs'}), and at most ${MOST_BITS} can be tried one by one; ${advice}`);
};

export default makeCertifier;

import {onlineSoftmax, threePassSoftmax, twoPassSoftmax} from '../../numerics/heads/hostSoftmax.ts';
import {newtonStart, newtonStep} from '../../numerics/optim/newton.ts';
import {logisticObjective} from '../../numerics/optim/newtonObjectives.ts';
import {normTest} from '../../numerics/optim/normTest.ts';
import {flat, numberOf, rowsOf, type SoftmaxCase} from './softmaxFile.ts';

/** Numbers by the file's names of the outputs. */
type Outputs = Readonly<Record<string, readonly number[]>>;

/** A case that is computed on the host, once or in several ways. */
export interface HostRun {
  /** How, where there are several ways. */
  readonly way: string;
  run(): Outputs;
}

const SOFTMAXES = [
  {way: 'three-pass', softmax: threePassSoftmax},
  {way: 'two-pass', softmax: twoPassSoftmax},
  {way: 'online', softmax: onlineSoftmax},
] as const;

function softmaxRuns(one: SoftmaxCase): readonly HostRun[] {
  const temperature = numberOf(one.params, 'T');
  return SOFTMAXES.map(({way, softmax}) => ({
    way,
    run: () => ({value: rowsOf(one.inputs.z).flatMap((row) => Array.from(softmax(row.map((value) => value / temperature))))}),
  }));
}

function normTestOf(one: SoftmaxCase): Outputs {
  const {variance, gradientSquared, requiredBatch} = normTest(rowsOf(one.inputs.per_sample_grads), numberOf(one.params, 'eta'));
  return {variance: [variance], grad_norm_sq: [gradientSquared], required_batch: [requiredBatch]};
}

/** Each step's w, f, next gamma and number of solves, in a row. */
function newtonTrace(one: SoftmaxCase): Outputs {
  const f = logisticObjective(rowsOf(one.inputs.Z).map((row) => Float64Array.from(row)), numberOf(one.params, 'l2'), 'exact');
  const trace: number[] = [];
  let state = newtonStart(f, Float64Array.from(flat(one.inputs.w0)), numberOf(one.params, 'gamma0'));
  for (let k = 0; k < (one.outputs.trace as readonly unknown[]).length; k++) {
    const next = newtonStep(f, state);
    if (!next) break;
    state = next;
    trace.push(...state.w, state.point.value, state.gamma, state.solves);
  }
  return {trace};
}

/** The ways in which a case is computed on the host; none where it needs tensors. */
export function hostRunsOf(one: SoftmaxCase): readonly HostRun[] {
  switch (one.op) {
    case 'softmax':
      return softmaxRuns(one);
    case 'norm_test':
      return [{way: '', run: () => normTestOf(one)}];
    case 'grn_trace':
      return [{way: '', run: () => newtonTrace(one)}];
    default:
      return [];
  }
}

import {lanczos, ritzOf} from '../../numerics/curvature/lanczos.ts';
import {onlineSoftmax, threePassSoftmax, twoPassSoftmax} from '../../numerics/heads/hostSoftmax.ts';
import {newtonStart, newtonStep} from '../../numerics/optim/newton.ts';
import {logisticObjective} from '../../numerics/optim/newtonObjectives.ts';
import {normTest} from '../../numerics/optim/normTest.ts';
import {symmetricEigen} from '../../numerics/symmetricEigen.ts';
import {halfTime, saxeMode} from '../../numerics/theory/deepLinear.ts';
import {flat, numberOf, rowsOf, type SoftmaxCase} from './softmaxFile.ts';

/** Numbers by the file's names of the outputs. */
type Outputs = Readonly<Record<string, readonly number[]>>;

/** A case that is computed on the host, once or in several ways. */
export interface HostRun {
  /** How, where there are several ways. */
  readonly way: string;
  run(): Outputs | Promise<Outputs>;
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

function saxeOf({params, inputs}: SoftmaxCase): Outputs {
  const s = numberOf(params, 's');
  const a0 = numberOf(params, 'a0');
  return {a: flat(inputs.t).map((t) => saxeMode(s, a0, t)), t_half: [halfTime(s, a0)]};
}

/** The file lists eigenvalues in ascending order. */
async function lanczosOf({params, inputs}: SoftmaxCase): Promise<Outputs> {
  const rows = rowsOf(inputs.M);
  const product = (v: Float64Array): Float64Array => Float64Array.from(rows, (row) => row.reduce((sum, value, j) => sum + value * v[j], 0));
  const krylov = await lanczos(product, Float64Array.from(flat(inputs.q0)), numberOf(params, 'steps'));
  const ascending = (values: Float64Array): readonly number[] => Array.from(values).reverse();
  const exact = symmetricEigen(Float64Array.from(rows.flat()), rows.length).values;
  return {alpha: krylov.alpha, beta: krylov.beta, ritz: ascending(ritzOf(krylov).values), exact_eigs: ascending(exact)};
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
    case 'saxe_mode':
      return [{way: '', run: () => saxeOf(one)}];
    case 'lanczos':
      return [{way: '', run: () => lanczosOf(one)}];
    default:
      return [];
  }
}

import {z} from 'zod';
import type {DataPart} from '../../core/data.ts';
import type {HostLoss} from '../../core/hostProblem.ts';
import {NetEnumeration} from '../../numerics/binary/netEnumeration.ts';
import type {NetMethod} from '../../numerics/binary/netMethod.ts';
import {inputRows, type NetModel, netModel} from '../../numerics/binary/netModel.ts';
import {retracted, startStep, type StepTrace, trainingStep} from '../../numerics/binary/netStep.ts';
import {boxMuller, mulberry32, PLANE_NAMES, referencePlane, twoClasses} from './binaryData.ts';
import type {Comparison} from './types.ts';

const LOGISTIC = '../../losses/logistic/host.ts';
const loss = import.meta.glob<HostLoss>('../../losses/logistic/host.ts', {import: 'default', eager: true})[LOGISTIC];

const number = z.number().finite();
const vector = z.array(number);
const matrix = z.array(vector);
const cube = z.array(matrix);
const stepSchema = z.looseObject({
  r1: matrix, r2: matrix, W1: matrix, W2: matrix, u: matrix, logit: vector, loss: number, dW1: matrix, dW2: matrix, tangent_mu1: matrix, tangent_Z1: cube,
  lr_factor: number, mu1: matrix, Z1: cube, mu2: matrix, Z2: cube, b1: vector, alpha2: vector, b2: vector,
});
const goldenSchema = z.looseObject({
  k: z.number().int(), X: matrix, y: vector, mu1_raw: matrix, mu2_raw: matrix, Z1_raw: cube, Z2_raw: cube, b1: vector, alpha2: vector, b2: vector,
  T: number, lr: number, zmul: number, lr_real: number, tangent: z.boolean(), warmup_steps: number, steps: z.array(stepSchema).min(1),
});
const tinySchema = z.looseObject({
  id: z.string(), h: z.number().int(), X: matrix, y: vector, opt_loss: number, n_opt: number, second_loss: number,
});
const partSchema = z.looseObject({n: z.number().int(), seed: z.number().int(), first3: matrix, sum_x: vector, sum_abs: number});
/** The parts of bnn_reference.json that are about networks. */
const fileSchema = z.looseObject({
  golden_training: goldenSchema,
  tiny_nets: z.array(tinySchema),
  training: z.looseObject({datasets: z.record(z.string(), z.looseObject({train: partSchema, test: partSchema}))}),
  mulberry32_seed12345_first5_u32: vector,
  boxmuller_seed7_first4: vector,
});
type File = z.infer<typeof fileSchema>;
type Golden = z.infer<typeof goldenSchema>;
type GoldenStep = z.infer<typeof stepSchema>;

const GOLDEN_TOLERANCE = 1e-9;
/** The file gives losses to nine decimals, and checksums to four. */
const TINY_TOLERANCE = 5e-9;
const SUM_TOLERANCE = 5.1e-5;

/** The largest difference, infinite where lengths differ. */
const apart = (found: ArrayLike<number>, wanted: ArrayLike<number>): number =>
  found.length === wanted.length ? Array.from(found).reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0) : Number.POSITIVE_INFINITY;

interface Judged {
  readonly name: string;
  readonly computed: unknown;
  readonly reference: unknown;
  readonly error: number;
  readonly tolerance: number;
  /** What is wrong beside the error. */
  readonly fault?: string;
}

const comparison = ({name, computed, reference, error, tolerance, fault}: Judged, seconds: number): Comparison => {
  const message = fault ?? (error <= tolerance ? undefined : 'further apart than the tolerance');
  return {name, computed, reference, relativeError: error, tolerance, ok: message === undefined, seconds, ...(message === undefined ? {} : {message})};
};

/** Columns of Z one after the other, from rows [neuron][weight][column] of both layers. */
const columnsOf = (layers: readonly (readonly (readonly (readonly number[])[])[])[], k: number): Float64Array =>
  Float64Array.from(Array.from({length: k}, (_, c) => layers.flatMap((layer) => layer.flatMap((row) => row.map((entry) => entry[c])))).flat());

const flat = (...layers: readonly (readonly (readonly number[])[])[]): Float64Array => Float64Array.from(layers.flat(2));

/** A model whose inputs are the given ones, whatever data they come from. */
function plainModel({X, mu1_raw}: Golden): NetModel {
  const d = X[0].length;
  const data = twoClasses(d + 1, {n: 0, x: new Float64Array(0), y: new Float64Array(0)});
  return netModel(data, {width: mu1_raw.length, parameters: 'real scales', features: 'inputs', scaling: 'as given', activation: 'sign'});
}

/** Each quantity of a step beside the reference's: how far apart they are at most. */
function stepErrors(wanted: GoldenStep, trace: StepTrace, next: ReturnType<typeof trainingStep>['state'], k: number): Readonly<Record<string, number>> {
  const first = wanted.W1.flat().length;
  const firstColumns = (z: Float64Array): Float64Array => Float64Array.from(Array.from({length: k}, (_, c) => [...z.subarray((c * z.length) / k, (c * z.length) / k + first)]).flat());
  return {
    W: apart(trace.weights, flat(wanted.W1, wanted.W2)),
    u: apart(trace.u, wanted.u.flat()),
    logit: apart(trace.f, wanted.logit),
    loss: Math.abs(trace.loss - wanted.loss),
    dW: apart(trace.gradient, flat(wanted.dW1, wanted.dW2)),
    tangentMu: apart(trace.muGradient.subarray(0, first), wanted.tangent_mu1.flat()),
    tangentZ: apart(firstColumns(trace.zGradient), columnsOf([wanted.tangent_Z1], k)),
    factor: Math.abs(trace.factor - wanted.lr_factor),
    mu: apart(next.mu, flat(wanted.mu1, wanted.mu2)),
    Z: apart(next.z, columnsOf([wanted.Z1, wanted.Z2], k)),
    bias: apart(next.real.bias, wanted.b1),
    scale: apart(next.real.scale, wanted.alpha2),
    shift: apart(next.real.shift, wanted.b2),
  };
}

/** Three training steps with given draws. */
function* golden(file: Golden): Iterable<Judged> {
  const {k, X, y, T} = file;
  const model = plainModel(file);
  const method: NetMethod = {
    rank: k, learningRate: file.lr, realRate: file.lr_real, zRate: file.zmul, zInit: 0, start: 'sphere', tangent: file.tangent, clip: false, noise: 'none',
    antithetic: false, annealing: false, batchSize: 0, length: T, warmUp: file.warmup_steps / T,
  };
  const {mu, z} = retracted(flat(file.mu1_raw, file.mu2_raw), columnsOf([file.Z1_raw, file.Z2_raw], k));
  let state = startStep(mu, z, {bias: Float64Array.from(file.b1), scale: Float64Array.from(file.alpha2), shift: Float64Array.from(file.b2)});
  const batch = {n: X.length, rows: flat(X), y: Float64Array.from(y, (label) => 2 * label - 1)};
  for (const [t, wanted] of file.steps.entries()) {
    const r = Float64Array.from(Array.from({length: k}, (_, c) => [...wanted.r1, ...wanted.r2].map((row) => row[c])).flat());
    const {state: next, trace} = trainingStep(model, loss, method, state, {r, e: new Float64Array(0)}, batch, t + 1);
    const errors = stepErrors(wanted, trace, next, k);
    yield {name: `golden_training, step ${t + 1}`, computed: {loss: trace.loss, apart: errors}, reference: {loss: wanted.loss}, error: Math.max(...Object.values(errors)), tolerance: GOLDEN_TOLERANCE};
    state = next;
  }
}

/** Optimum, number of networks that attain it, and the next value, by enumeration. */
function tiny({id, h, X, y, opt_loss, n_opt, second_loss}: z.infer<typeof tinySchema>): Judged {
  const n = X.length;
  const part: DataPart = {n, x: Float64Array.from(X.flatMap((point) => [...point, 1])), y: Float64Array.from(y, (label) => 2 * label - 1)};
  const model = netModel(twoClasses(X[0].length + 1, part), {width: h, parameters: 'binary only', features: 'inputs', scaling: 'as given', activation: 'sign'});
  const {best, second, copies} = new NetEnumeration(model, {...part, x: inputRows(model, part.x, n)}, loss).advance(Number.POSITIVE_INFINITY);
  return {
    name: `tiny_nets, ${id}`,
    computed: {optimum: best / n, copies, second: second / n},
    reference: {optimum: opt_loss, copies: n_opt, second: second_loss},
    error: Math.max(Math.abs(best / n - opt_loss) / opt_loss, Math.abs(second / n - second_loss) / second_loss),
    tolerance: TINY_TOLERANCE,
    ...(copies === n_opt ? {} : {fault: 'the number of networks at the optimum differs'}),
  };
}

/** The points that training is compared on: first ones and checksums. */
function* dataSets({training}: File): Iterable<Judged> {
  for (const [name, parts] of Object.entries(training.datasets)) {
    for (const part of ['train', 'test'] as const) {
      const {n, seed, first3, sum_x, sum_abs} = parts[part];
      const reference = {first3, sum_x, sum_abs};
      const title = `training, ${name} ${part}`;
      if (!PLANE_NAMES.includes(name)) {
        yield {name: title, computed: null, reference, error: Number.POSITIVE_INFINITY, tolerance: SUM_TOLERANCE, fault: `is not known; known are ${PLANE_NAMES.join(', ')}`};
        continue;
      }
      const {x} = referencePlane(name, n, seed);
      const column = (c: number): number[] => Array.from({length: n}, (_, i) => x[3 * i + c]);
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      const computed = {first3: [0, 1, 2].map((i) => [x[3 * i], x[3 * i + 1]]), sum_x: [sum(column(0)), sum(column(1))], sum_abs: sum([...column(0), ...column(1)].map(Math.abs))};
      const error = apart([...computed.first3.flat(), ...computed.sum_x, computed.sum_abs], [...first3.flat(), ...sum_x, sum_abs]);
      yield {name: title, computed, reference, error, tolerance: SUM_TOLERANCE};
    }
  }
}

/** The random numbers that the data are drawn with. */
function generators(file: File): Judged {
  const [words, normal] = [mulberry32(12345), mulberry32(7)];
  const computed = {words: file.mulberry32_seed12345_first5_u32.map(() => words() * 2 ** 32), normals: file.boxmuller_seed7_first4.map(() => boxMuller(normal))};
  const reference = {words: file.mulberry32_seed12345_first5_u32, normals: file.boxmuller_seed7_first4};
  const error = apart([...computed.words, ...computed.normals], [...reference.words, ...reference.normals]);
  return {name: 'mulberry32 and Box-Muller', computed, reference, error, tolerance: 1e-12};
}

/** Everything of a binary reference file that is about networks; a single failed line where the parts have another shape. */
export function* compareBinaryNetworks(file: unknown, clock: () => number): Iterable<Comparison> {
  const parsed = fileSchema.safeParse(file);
  if (!parsed.success) {
    const {path, message} = parsed.error.issues[0];
    yield comparison({name: 'networks', computed: null, reference: null, error: Number.POSITIVE_INFINITY, tolerance: 0, fault: `${path.join('.')} ${message}`}, 0);
    return;
  }
  const all: readonly (() => Iterable<Judged>)[] = [
    () => [generators(parsed.data)],
    () => dataSets(parsed.data),
    () => golden(parsed.data.golden_training),
    ...parsed.data.tiny_nets.map((net) => () => [tiny(net)]),
  ];
  let from = clock();
  for (const part of all) {
    for (const judged of part()) {
      const now = clock();
      yield comparison(judged, (now - from) / 1000);
      from = now;
    }
  }
}

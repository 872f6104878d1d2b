import {z} from 'zod';
import type {Certifier, MakeCertifier} from '../../core/certificate.ts';
import type {PreparedData} from '../../core/data.ts';
import type {HostLoss} from '../../core/hostProblem.ts';
import {failure, type Result, success} from '../../core/result.ts';
import type {CompareReference, Comparison} from './types.ts';

const LOSSES = import.meta.glob<HostLoss>('../../losses/*/host.ts', {import: 'default', eager: true});
const CERTIFIERS = import.meta.glob<MakeCertifier>('../../problems/*/certify.ts', {import: 'default', eager: true});

/** Rounds after which an interval that still narrows is taken as it is. */
const MAX_ROUNDS = 200;

const number = z.number().finite();
const instanceSchema = z
  .looseObject({
    name: z.string(),
    loss: z.enum(['squared', 'logistic', 'hinge']),
    beta: number.positive(),
    points: z.array(z.union([number, z.array(number).min(1)])).min(1),
    targets: z.array(number).min(1),
    patterns: z.number().int().optional(),
    optimum_lower: number,
    optimum_upper: number,
    threshold_lasso_lower: number.optional(),
    threshold_lasso_upper: number.optional(),
  })
  .refine(({points, targets}) => points.length === targets.length, 'needs as many targets as points');
type Instance = z.infer<typeof instanceSchema>;
const fileSchema = z.looseObject({
  meta: z.looseObject({tolerance: number.positive(), threshold_tolerance: number.positive().default(1e-6)}),
  instances: z.array(instanceSchema).min(1),
});

function dataOf({points, targets, loss}: Instance): Result<PreparedData> {
  const rows = points.map((point) => (typeof point === 'number' ? [point, 1] : [...point, 1]));
  const d = rows[0].length;
  if (rows.some((row) => row.length !== d)) return failure('points', 'have different lengths');
  if (loss !== 'squared' && targets.some((y) => Math.abs(y) !== 1)) return failure('targets', `must be -1 or 1 for the ${loss} loss`);
  const empty = {n: 0, x: new Float64Array(0), y: new Float64Array(0)};
  return success({
    task: loss === 'squared' ? 'regression' : 'binary',
    d,
    k: 1,
    train: {n: rows.length, x: Float64Array.from(rows.flat()), y: Float64Array.from(targets)},
    test: empty,
    featureNames: [],
    targetName: '',
    classNames: [],
    notes: [],
  });
}

interface Wanted {
  readonly name: string;
  readonly problem: string;
  readonly lower: number;
  readonly upper: number;
  readonly tolerance: number;
  readonly patterns: number | undefined;
}

/** ok where the certified interval meets the reference's, is as narrow as asked, and looked at as many patterns. */
function judge(certifier: Certifier, wanted: Wanted): Omit<Comparison, 'seconds'> {
  let interval = certifier.advance();
  for (let round = 1; round < MAX_ROUNDS && interval.improvable && interval.relativeGap > wanted.tolerance / 10; round++) interval = certifier.advance();
  const {lower, upper, relativeGap, patterns} = interval;
  const apart = Math.max(0, lower - wanted.upper, wanted.lower - upper) / Math.abs(upper);
  const faults = [
    apart > 0 ? 'the intervals do not meet' : '',
    relativeGap > wanted.tolerance ? 'the interval is wider than the tolerance' : '',
    wanted.patterns !== undefined && wanted.patterns !== patterns ? 'the number of patterns differs' : '',
    certifier.scope === 'global' ? '' : 'the bound is not global',
  ].filter(Boolean);
  return {
    name: wanted.name,
    computed: {lower, upper, patterns},
    reference: {lower: wanted.lower, upper: wanted.upper, ...(wanted.patterns === undefined ? {} : {patterns: wanted.patterns})},
    relativeError: Math.max(apart, relativeGap),
    tolerance: wanted.tolerance,
    ok: faults.length === 0,
    ...(faults.length > 0 ? {message: faults.join('; ')} : {}),
  };
}

function compare(instance: Instance, wanted: Wanted, clock: () => number): Comparison {
  const from = clock();
  const fail = (message: string): Comparison => ({
    name: wanted.name, computed: null, reference: {lower: wanted.lower, upper: wanted.upper}, relativeError: Number.POSITIVE_INFINITY,
    tolerance: wanted.tolerance, ok: false, seconds: (clock() - from) / 1000, message,
  });
  const data = dataOf(instance);
  if (!data.ok) return fail(`${data.error.field} ${data.error.message}`);
  const loss = LOSSES[`../../losses/${instance.loss}/host.ts`];
  const certifier = CERTIFIERS[`../../problems/${wanted.problem}/certify.ts`]({data: data.value, params: {beta: instance.beta}, loss, sample: null});
  if (!certifier.ok) return fail(`${certifier.error.field} ${certifier.error.message}`);
  return {...judge(certifier.value, wanted), seconds: (clock() - from) / 1000};
}

/** Certified optima of two-layer ReLU networks and, where the file has them, of threshold networks. */
export const compareConvex: CompareReference = (file, clock) => {
  const parsed = fileSchema.safeParse(file);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return failure(issue.path.join('.') || 'file', issue.message);
  }
  const {meta, instances} = parsed.data;
  return success(
    (function* () {
      for (const one of instances) {
        const {name, optimum_lower: lower, optimum_upper: upper, patterns} = one;
        yield compare(one, {name, problem: 'two-layer-relu', lower, upper, tolerance: meta.tolerance, patterns}, clock);
        if (one.threshold_lasso_lower === undefined || one.threshold_lasso_upper === undefined) continue;
        const bounds = {lower: one.threshold_lasso_lower, upper: one.threshold_lasso_upper};
        yield compare(one, {name: `${name}, threshold`, problem: 'threshold-network', ...bounds, tolerance: meta.threshold_tolerance, patterns: undefined}, clock);
      }
    })(),
  );
};

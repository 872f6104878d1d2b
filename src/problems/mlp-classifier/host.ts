import type {DataPart, PreparedData} from '../../core/data.ts';
import {classOf, type Evaluation, type HostProblem, type Plane, type PlaneKernel} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {columnUnits, flatSpace} from '../../numerics/flatSpace.ts';
import {headChoiceOf} from '../../numerics/heads/headSpec.ts';
import {type HostHead, hostHeadOf} from '../../numerics/heads/hostHead.ts';
import {type HostPass, type HostPlan, type HostStatistics, passFrom, penaltyOf, planOf, product} from './hostNetwork.ts';

/** A network's function and the loss that it is trained by. */
interface Machine {
  readonly plan: HostPlan;
  readonly head: HostHead;
}

interface Seen {
  readonly loss: number;
  readonly right: number;
}

/** What decides the function and J of a network beside its weights and their shapes. */
function settingOf({model = {}, shapes}: Snapshot): unknown {
  const hidden = 'w1' in shapes;
  const normed = 'gain1' in shapes;
  return {activation: hidden ? model.activation : null, norm: normed ? model.norm : null, head: headChoiceOf(model)};
}

/** The classifier in float64: J = sum_i loss_i + (beta/2) sum |W|^2 with the loss of the contestant's own head. */
export default function hostProblem(data: PreparedData, params: ParamValues): HostProblem {
  const {d, k, train, test} = data;
  const beta = Number(params.beta);
  const classes = Math.max(2, k);

  const machineOf = ({shapes, model = {}}: Snapshot): Machine => ({plan: planOf(shapes, model), head: hostHeadOf(headChoiceOf(model), classes)});

  const pass = ({plan}: Machine, values: Float64Array, x: Float64Array, n: number, rest?: readonly (HostStatistics | null)[]): HostPass =>
    passFrom(plan, values, product(x, n, d, values, plan.layers[0]), n, rest);

  const labelOf = ({y}: DataPart, row: number): number => classOf(y, row, k);

  const isRight = (head: HostHead, z: Float64Array, at: number, label: number): boolean => {
    // As everywhere with two classes an output of 0 decides nothing and counts as wrong.
    if (k === 1) return head.surprise(z, at, label) < head.surprise(z, at, 1 - label);
    return head.decide(z, at) === label;
  };

  const lossOf = (head: HostHead, z: Float64Array, part: DataPart): number => {
    let sum = 0;
    for (let i = 0; i < part.n; i++) sum += head.loss(z, i * classes, labelOf(part, i));
    return sum;
  };

  const see = (head: HostHead, z: Float64Array, part: DataPart): Seen => {
    let right = 0;
    for (let i = 0; i < part.n; i++) if (isRight(head, z, i * classes, labelOf(part, i))) right++;
    return {loss: lossOf(head, z, part), right};
  };

  const evaluate = (snapshot: Snapshot): Evaluation => {
    const machine = machineOf(snapshot);
    const values = Float64Array.from(snapshot.values);
    const {logits, statistics} = pass(machine, values, train.x, train.n);
    const onTrain = see(machine.head, logits, train);
    const onTest = see(machine.head, pass(machine, values, test.x, test.n, statistics).logits, test);
    const penalty = penaltyOf(machine.plan, values, beta);
    return {
      objective: onTrain.loss + penalty, penalty, rawPenalty: penalty,
      trainLoss: onTrain.loss / train.n, testLoss: onTest.loss / test.n,
      trainScore: onTrain.right / train.n, testScore: onTest.right / test.n,
    };
  };

  /** ln p of each class by the head's own probabilities, or the softmax's; of two their difference. */
  const predict = (snapshot: Snapshot, x: Float64Array, n: number): Float64Array => {
    const machine = machineOf(snapshot);
    const values = Float64Array.from(snapshot.values);
    const usesStatistics = machine.plan.norm === 'batch' && machine.plan.layers.some(({gain}) => gain >= 0);
    const rest = usesStatistics ? pass(machine, values, train.x, train.n).statistics : undefined;
    const {logits} = pass(machine, values, x, n, rest);
    const logOf = (row: number, c: number): number => -machine.head.surprise(logits, row * classes, c);
    if (k === 1) return Float64Array.from({length: n}, (_, i) => logOf(i, 1) - logOf(i, 0));
    return Float64Array.from({length: n * k}, (_, at) => logOf(Math.floor(at / k), at % k));
  };

  /** J over a plane; the first layer's products are linear in its weights, so that the inputs are met three times in all. */
  const kernel = (like: Snapshot, {origin, du, dv}: Plane): PlaneKernel => {
    const {plan, head} = machineOf(like);
    const [z0, z1, z2] = [origin, du, dv].map((vector) => product(train.x, train.n, d, vector, plan.layers[0]));
    const point = new Float64Array(origin.length);
    const first = new Float64Array(z0.length);
    return {
      evaluateRow(b, aValues, out) {
        for (const [t, a] of aValues.entries()) {
          for (let i = 0; i < point.length; i++) point[i] = origin[i] + a * du[i] + b * dv[i];
          for (let i = 0; i < first.length; i++) first[i] = z0[i] + a * z1[i] + b * z2[i];
          out[t] = lossOf(head, passFrom(plan, point, first, train.n).logits, train) + penaltyOf(plan, point, beta);
        }
      },
    };
  };

  return {
    evaluate,
    predict,
    kin: (snapshot) => JSON.stringify([snapshot.shapes, settingOf(snapshot)]),
    share: (paths) => flatSpace(paths, columnUnits, kernel),
  };
}

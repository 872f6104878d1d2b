import type {DataPart, PreparedData} from '../../core/data.ts';
import type {HostLoss, HostProblem} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {alignedSpace, forward, meanLoss, penalties, score} from '../../numerics/hostNetwork.ts';
import {pointwiseKernel} from '../../numerics/pointwiseKernel.ts';
import {type Attack, attackedMargins, startingPoints} from './hostAttack.ts';

/** The network under attack in float64: losses at the attacked points, clean scores, as problem.ts measures them. */
export default function hostProblem(data: PreparedData, params: ParamValues, loss: HostLoss): HostProblem {
  const {d, k, train, test, task} = data;
  const beta = Number(params.beta);
  const attack: Attack = {epsilon: Number(params.epsilon), steps: Number(params.attackSteps)};
  const starts = {train: startingPoints(train.n, d), test: startingPoints(test.n, d)};

  /** Mean loss under attack; NaN for an empty part. */
  const attackedLoss = (snapshot: Snapshot, part: DataPart, from: Float64Array): number => {
    const outputs = attackedMargins(snapshot, part, attack, from).map((margin, i) => margin * part.y[i]);
    return meanLoss(outputs, part, k, loss);
  };

  return {
    predict: forward,
    share: (paths, asStored = false) =>
      alignedSpace(paths, d, k, asStored, (slots, plane) => {
        const network = {iteration: 0, shapes: {u: [slots, d], alpha: [slots, k]}, values: new Float32Array(slots * (d + k))};
        return pointwiseKernel((point) => {
          network.values.set(point);
          return train.n * attackedLoss(network, train, starts.train) + penalties(network, beta).balanced;
        }, plane);
      }),
    evaluate(snapshot) {
      const trainLoss = attackedLoss(snapshot, train, starts.train);
      const {balanced, raw} = penalties(snapshot, beta);
      return {
        objective: train.n * trainLoss + balanced,
        trainLoss,
        testLoss: attackedLoss(snapshot, test, starts.test),
        penalty: balanced,
        rawPenalty: raw,
        trainScore: score(forward(snapshot, train.x, train.n), train, k, task),
        testScore: score(forward(snapshot, test.x, test.n), test, k, task),
      };
    },
  };
}

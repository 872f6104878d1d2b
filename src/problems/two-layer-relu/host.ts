import type {PreparedData} from '../../core/data.ts';
import type {HostLoss, HostProblem} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import {alignedSpace, forward, meanLoss, penalties, score} from '../../numerics/hostNetwork.ts';
import {planeKernel} from './plane.ts';

/** The two-layer ReLU problem in float64: J = sum_i loss(f(x_i), y_i) + beta sum_j |u_j| |alpha_j|. */
export default function hostProblem(data: PreparedData, params: ParamValues, loss: HostLoss): HostProblem {
  const {d, k, train, test, task} = data;
  const beta = Number(params.beta);

  return {
    predict: forward,
    share: (paths, asStored = false) => alignedSpace(paths, d, k, asStored, (slots, plane) => planeKernel({part: train, d, k, slots, beta, loss}, plane)),
    evaluate(snapshot) {
      const onTrain = forward(snapshot, train.x, train.n);
      const onTest = forward(snapshot, test.x, test.n);
      const trainLoss = meanLoss(onTrain, train, k, loss);
      const {balanced, raw} = penalties(snapshot, beta);
      return {
        objective: train.n * trainLoss + balanced,
        trainLoss,
        testLoss: meanLoss(onTest, test, k, loss),
        penalty: balanced,
        rawPenalty: raw,
        trainScore: score(onTrain, train, k, task),
        testScore: score(onTest, test, k, task),
      };
    },
  };
}

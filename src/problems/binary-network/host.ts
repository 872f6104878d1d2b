import type {DataPart, PreparedData} from '../../core/data.ts';
import type {HostLoss, HostProblem} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {BinaryWeights, Readout, Snapshot} from '../../core/protocol.ts';
import {meanLoss, score} from '../../numerics/hostNetwork.ts';
import {forwardNet, type HostNet} from '../../numerics/binary/netHost.ts';
import {inputRows, type NetModel, netModel, usesDirections} from '../../numerics/binary/netModel.ts';
import {AVERAGED, isDistribution, type Latent, latentOf, roundedNet, SAMPLES, sampledNet, sampleDraws} from '../../numerics/binary/netSamples.ts';
import {sharedSpace} from './space.ts';

/** Pixels a side of pictures that are shown as such. */
const SIDE = 8;

/** Rows (mu_i, Z_i) at length 1. Weights that are drawn each by itself have only mu, on a ball: their length says how sure they are. */
function rowsOf({rank, mu, z, noise}: Latent): Float64Array {
  const width = 1 + rank;
  const rows = new Float64Array(mu.length * width);
  for (let i = 0; i < mu.length; i++) {
    rows[i * width] = mu[i];
    for (let c = 0; c < rank; c++) rows[i * width + 1 + c] = z[c * mu.length + i];
    if (noise) continue;
    const row = rows.subarray(i * width, (i + 1) * width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    // A weight of exactly zero is rounded to 1.
    if (length > 0) for (let c = 0; c < width; c++) row[c] /= length;
    else row[0] = 1;
  }
  return rows;
}

/** sign(mu), then the sampled networks where there is a distribution. */
function networksOf(model: NetModel, latent: Latent): readonly HostNet[] {
  if (!isDistribution(latent)) return [roundedNet(latent)];
  return [roundedNet(latent), ...sampleDraws(model, SAMPLES, latent.rank, latent.noise !== null).map((draw) => sampledNet(model, latent, draw))];
}

/** Networks with binary weights in float64: J = sum_i loss(f(x_i), y_i) of sign(mu). */
export default function hostProblem(data: PreparedData, params: ParamValues, loss: HostLoss): HostProblem {
  const {k, train, test, task} = data;
  const model = netModel(data, params);
  const inputs: DataPart = {...train, x: inputRows(model, train.x, train.n)};
  const outputs = (net: HostNet, rows: Float64Array, n: number): Float64Array => forwardNet(model, net, rows, n).f;
  const objective = (net: HostNet): number => train.n * meanLoss(outputs(net, inputs.x, train.n), train, k, loss);

  const bestOf = (nets: readonly HostNet[]): HostNet => {
    const values = nets.map(objective);
    return nets[values.indexOf(Math.min(...values))];
  };

  const read = (snapshot: Snapshot, rows: Float64Array, n: number, readout: Readout): Float64Array => {
    const latent = latentOf(model, snapshot);
    switch (readout) {
      case 'rounded':
        return outputs(roundedNet(latent), rows, n);
      case 'best':
        return outputs(bestOf(networksOf(model, latent)), rows, n);
      case 'average': {
        const all = networksOf(model, latent);
        const nets = all.length > 1 ? all.slice(1, 1 + AVERAGED) : all;
        const sum = new Float64Array(n * k);
        for (const net of nets) for (const [i, value] of outputs(net, rows, n).entries()) sum[i] += value / nets.length;
        return sum;
      }
    }
  };

  return {
    predict: (snapshot, x, n, readout = 'rounded') => read(snapshot, inputRows(model, x, n), n, readout),
    share: (paths) => sharedSpace({model, part: inputs, loss}, paths),
    weights(snapshot): BinaryWeights {
      const latent = latentOf(model, snapshot);
      const values = networksOf(model, latent).map(objective);
      const {hidden, inputs: width, outputs: out, sums} = model;
      const isPicture = !model.allBinary && width === SIDE * SIDE && !usesDirections(data, params);
      return {
        iteration: snapshot.iteration,
        rank: latent.rank,
        layers: [{name: 'hidden layer', out: hidden, in: width}, {name: 'output layer', out, in: sums}],
        rows: rowsOf(latent),
        sampled: Float64Array.from(values.length > 1 ? values.slice(1) : values),
        rounded: values[0],
        best: Math.min(...values),
        image: isPicture ? {width: SIDE, height: SIDE} : null,
      };
    },
    evaluate(snapshot) {
      const net = roundedNet(latentOf(model, snapshot));
      const onTrain = outputs(net, inputs.x, train.n);
      const onTest = outputs(net, inputRows(model, test.x, test.n), test.n);
      const trainLoss = meanLoss(onTrain, train, k, loss);
      return {
        objective: train.n * trainLoss,
        trainLoss,
        testLoss: meanLoss(onTest, test, k, loss),
        penalty: 0,
        rawPenalty: 0,
        trainScore: score(onTrain, train, k, task),
        testScore: score(onTest, test, k, task),
      };
    },
  };
}

import type {DataPart, PreparedData, RetrievalLayout} from '../../core/data.ts';
import type {Evaluation, HostProblem} from '../../core/hostProblem.ts';
import {defaultsOf, type ParamValues} from '../../core/params.ts';
import type {AttentionPicture, Snapshot} from '../../core/protocol.ts';
import {effectiveKeys} from '../../numerics/attention/hostEffectiveKeys.ts';
import {columnUnits, flatSpace, offsetsOf, sizeOf} from '../../numerics/flatSpace.ts';
import {pointwiseKernel} from '../../numerics/pointwiseKernel.ts';
import {columnsOf} from '../../numerics/retrieval/rows.ts';
import {HostForward} from './hostForward.ts';
import {BIASES, kinOf, modelOf, type NeedleModel, shapesOf} from './model.ts';
import {needleModel} from './spec.ts';

const DEFAULTS = defaultsOf(needleModel);
const designOf = ({model}: Snapshot): NeedleModel => modelOf({...DEFAULTS, ...model});

/** Mean loss and R^2 over all outputs, as evaluation.ts has them; NaN for an empty part, R^2 also where targets don't vary. */
function seen(network: HostForward, {n, x, y}: DataPart, d: number, k: number): {readonly loss: number; readonly score: number} {
  let residual = 0;
  for (let i = 0; i < n; i++) {
    network.run(x, i * d);
    for (let c = 0; c < k; c++) residual += (network.output[c] - y[i * k + c]) ** 2;
  }
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {loss: residual / (n * k), score: total > 0 ? 1 - residual / total : Number.NaN};
}

/** (beta/2) |W|^2 over the matrices. */
function penaltyOf(values: Float64Array, model: NeedleModel, layout: RetrievalLayout, beta: number): number {
  const shapes = shapesOf(model, layout);
  const offsets = offsetsOf(shapes);
  let sum = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    if (BIASES.includes(name)) continue;
    for (const w of values.subarray(offsets[name], offsets[name] + sizeOf(shape))) sum += w ** 2;
  }
  return (beta / 2) * sum;
}

/** The key that a row asks for, the one that the query equals: the largest product with it. Null where it asks for the mean. */
function askedKey(row: Float64Array, layout: RetrievalLayout): number | null {
  const at = columnsOf(layout);
  if (row[at.flags] > 0.5) return null;
  const products = Array.from({length: row[0]}, (_, j) => {
    let sum = 0;
    for (let c = 0; c < layout.keyWidth; c++) sum += row[at.query + c] * row[at.keys + j * layout.keyWidth + c];
    return sum;
  });
  return products.indexOf(Math.max(...products));
}

/** Attention on sets in float64: evaluation, landscapes, and who looks at which key. */
export default function hostProblem(data: PreparedData, params: ParamValues): HostProblem {
  const {d, k, train, test, retrieval: layout} = data;
  if (!layout) throw new Error('attention on sets needs rows of keys and values; pick the data set "needle or average"');
  const beta = Number(params.beta);
  const loaded = (snapshot: Snapshot): HostForward => {
    const network = new HostForward(designOf(snapshot), layout);
    network.values.set(snapshot.values);
    return network;
  };

  const evaluate = (snapshot: Snapshot): Evaluation => {
    const network = loaded(snapshot);
    const onTrain = seen(network, train, d, k);
    const onTest = seen(network, test, d, k);
    const penalty = penaltyOf(network.values, designOf(snapshot), layout, beta);
    return {
      objective: train.n * onTrain.loss + penalty, penalty, rawPenalty: penalty,
      trainLoss: onTrain.loss, testLoss: onTest.loss, trainScore: onTrain.score, testScore: onTest.score,
    };
  };

  const attention = (snapshot: Snapshot, wish: number): AttentionPicture => {
    const examples = train.n + test.n;
    const example = Math.min(Math.max(0, wish), examples - 1);
    const {x, at} = example < train.n ? {x: train.x, at: example} : {x: test.x, at: example - train.n};
    const network = loaded(snapshot);
    const pairs = network.run(x, at * d);
    const {heads} = designOf(snapshot);
    const rows = Array.from({length: heads}, (_, h) => network.weights.subarray(h * layout.most, h * layout.most + pairs));
    const wanted = askedKey(x.subarray(at * d, (at + 1) * d), layout);
    return {
      iteration: snapshot.iteration, example, examples, layers: 1, heads,
      queries: [wanted === null ? 'the mean of all' : `the value of key ${wanted + 1}`],
      ...(wanted === null ? {} : {wanted}),
      keys: Array.from({length: pairs}, (_, j) => `key ${j + 1}`),
      weights: Float64Array.from(rows.flatMap((row) => [...row])),
      effective: Float64Array.from(rows, effectiveKeys),
    };
  };

  return {
    evaluate,
    attention,
    kin: (snapshot) => kinOf(designOf(snapshot)),
    predict(snapshot, x, n) {
      const network = loaded(snapshot);
      const f = new Float64Array(n * k);
      for (let i = 0; i < n; i++) {
        network.run(x, i * d);
        f.set(network.output, i * k);
      }
      return f;
    },
    share: (paths) =>
      flatSpace(paths, columnUnits, (like, plane) => {
        const design = designOf(like);
        const network = new HostForward(design, layout);
        return pointwiseKernel((point) => {
          network.values.set(point);
          return train.n * seen(network, train, d, k).loss + penaltyOf(network.values, design, layout, beta);
        }, plane);
      }),
  };
}

import {describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {HostLoss, HostProblem} from '../../src/core/hostProblem.ts';
import type {InstrumentEvent, Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {success} from '../../src/core/result.ts';
import {DEFAULT_VIEW, type Experiment} from '../../src/core/experiment.ts';
import {createInstruments} from '../../src/engine/instruments.ts';
import {gridLine} from '../../src/engine/landscapeGrid.ts';
import {planeFor, pointOf} from '../../src/engine/planes.ts';
import crossEntropy from '../../src/losses/cross-entropy/host.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import gated from '../../src/problems/gated-relu/host.ts';
import classifier from '../../src/problems/mlp-classifier/host.ts';
import needleProblem from '../../src/problems/needle-attention/host.ts';
import {modelOf as needleOf, shapesOf as needleShapes} from '../../src/problems/needle-attention/model.ts';
import robust from '../../src/problems/robust-relu/host.ts';
import surfaceProblem from '../../src/problems/surface/host.ts';
import transformer from '../../src/problems/transformer/host.ts';
import relu from '../../src/problems/two-layer-relu/host.ts';
import {needleLayout} from '../../src/numerics/retrieval/rows.ts';
import {sizeOf} from '../../src/numerics/flatSpace.ts';
import {dataOf, modelOf, networkOf} from '../helpers/mlpClassifier.ts';
import {MODEL, randomTransformer, shapesOf, tokenData} from '../helpers/naiveTransformer.ts';
import {designed, smallSets} from '../helpers/needle.ts';
import {surfaceData} from '../helpers/surface.ts';
import {randomData, randomNetwork} from '../helpers/twoLayerRelu.ts';

/** A problem with three networks, from which a plane follows. */
interface Case {
  readonly data: PreparedData;
  readonly host: HostProblem;
  readonly networks: readonly Snapshot[];
}

const SEEDS = [11, 12, 13] as const;
const BINARY = randomData({task: 'binary', n: 40, testCount: 5, d: 3}, 1);
const CLASSES = randomData({task: 'multiclass', n: 30, testCount: 5, d: 4, k: 3}, 2);

const ofRelu = (data: PreparedData, loss: HostLoss): Case => ({data, host: relu(data, {beta: 0.2}, loss), networks: SEEDS.map((seed) => randomNetwork(8, data.d, data.k, seed))});

/** Random values for shapes. */
function filled(shapes: Readonly<Record<string, readonly number[]>>, seed: number): Snapshot {
  const random = randomStream(seed, 'filled');
  const size = Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);
  return {iteration: 0, shapes, values: Float32Array.from({length: size}, () => 0.5 * random.normal())};
}

async function ofNeedle(): Promise<Case> {
  const data = await smallSets();
  const model = designed({heads: 2});
  const shapes = needleShapes(needleOf(model), needleLayout(6));
  return {data, host: needleProblem(data, {beta: 0.1}), networks: SEEDS.map((seed) => ({...filled(shapes, seed), model}))};
}

function ofTransformer(): Case {
  const data = tokenData(5, 4, 6, 2);
  return {data, host: transformer(data, {beta: 0.1, patch: '2'}), networks: SEEDS.map((seed) => randomTransformer(MODEL, shapesOf(MODEL, 4, 5, 4), seed))};
}

async function ofSurface(): Promise<Case> {
  const data = await surfaceData({function: 'himmelblau'});
  return {data, host: surfaceProblem(data), networks: SEEDS.map((seed) => filled({w: [2]}, seed))};
}

const CASES: readonly (readonly [string, () => Case | Promise<Case>])[] = [
  ['two-layer-relu, squared', () => ofRelu(BINARY, squared)],
  ['two-layer-relu, logistic', () => ofRelu(BINARY, logistic)],
  ['two-layer-relu, hinge', () => ofRelu(BINARY, hinge)],
  ['two-layer-relu, cross-entropy', () => ofRelu(CLASSES, crossEntropy)],
  ['gated-relu', () => ({data: BINARY, host: gated(BINARY, {beta: 0.2}, squared), networks: SEEDS.map((seed) => filled({u: [6, 3], alpha: [6, 1], gates: [6, 3]}, seed))})],
  ['robust-relu', () => ({data: BINARY, host: robust(BINARY, {beta: 0.2, epsilon: 0.1, attackSteps: 5}, logistic), networks: SEEDS.map((seed) => randomNetwork(6, 3, 1, seed))})],
  ['mlp-classifier', () => ({data: dataOf(), host: classifier(dataOf(), {beta: 0.3}), networks: SEEDS.map((seed) => networkOf(dataOf(), modelOf({depth: 2}), seed))})],
  ['transformer', ofTransformer],
  ['needle-attention', ofNeedle],
  ['surface', ofSurface],
];

const SIDE = 31;

async function landscapeOf({data, host, networks}: Case) {
  const events: InstrumentEvent[] = [];
  const handle = createInstruments({
    emit: (event) => events.push(event),
    load: async () => success({data, host}),
    pause: () => new Promise((resolve) => setTimeout(resolve)),
  });
  const experiment = {view: DEFAULT_VIEW} as Experiment;
  await handle({type: 'load', requestId: 1, experiment, base: '/'});
  const runs = networks.map((_, i) => `r${i}`);
  for (const [i, network] of networks.entries()) await handle({type: 'observe', runId: runs[i], snapshots: [network]});
  await handle({type: 'landscape', requestId: 2, spec: {plane: 'contestants', runs, names: runs, of: 'r0', seed: 1, side: SIDE}});
  const landscape = events.flatMap((event) => (event.type === 'landscape' ? [event.landscape] : [])).at(0);
  if (!landscape) throw new Error(JSON.stringify(events));
  return landscape;
}

describe('the values of a landscape', () => {
  it.each(CASES)('%s: are J of the networks at 100 random grid points, to 1e-5', async (_, make) => {
    const one = await make();
    const {values, aRange, bRange} = await landscapeOf(one);
    const space = one.host.share(one.networks.map((network) => [network]));
    const {plane} = planeFor(space, {kind: 'contestants', names: ['r0', 'r1', 'r2'], of: 0, seed: 1});
    const [a, b] = [gridLine(aRange, SIDE), gridLine(bRange, SIDE)];
    const random = randomStream(7, 'grid points');
    let compared = 0;
    for (let i = 0; i < 100; i++) {
      const [column, row] = [random.below(SIDE), random.below(SIDE)];
      const direct = one.host.evaluate(space.network(pointOf(plane, a[column], b[row]))).objective;
      expect(Math.abs(values[row * SIDE + column] - direct)).toBeLessThanOrEqual(1e-5 * Math.abs(direct) + 1e-9);
      compared++;
    }
    expect(compared).toBe(100);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1e-3);
  });
});

import {beforeAll, describe, expect, it} from 'vitest';
import type {Vars} from '../../src/core/problem.ts';
import type {StudyEvent} from '../../src/core/study.ts';
import {sharpnessOf} from '../../src/engine/curvature.ts';
import {unpackVars} from '../../src/engine/flatGradient.ts';
import {curvatureStudy, gradientCheckStudy} from '../../src/engine/studies/curvature.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {checkDirections, checkNoise, checkSharpness, checkStudy, checkTaylor, productError, reluTensors, SMOOTH, tanhTensors, using} from '../helpers/curvatureChecks.ts';
import {advance, openRun} from '../helpers/runs.ts';
import {eventsOf, listening, parsed} from '../helpers/studies.ts';

prepareNodeBackends();

describe.each(['cpu', 'wasm'] as const)('curvature on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  it('has Hessian products within 1e-3 of dense float64 ones', async () => {
    for (const sizes of [[1, 8, 1], [1, 16, 16, 1]]) expect(await using(tanhTensors(sizes), productError)).toBeLessThan(1e-3);
    for (const loss of SMOOTH) expect(await using(reluTensors(loss), productError)).toBeLessThan(1e-3);
  });

  it('finds the eigenvalues of a tanh network with 321 weights and of ReLU networks to 1 %', async () => {
    await using(tanhTensors([1, 16, 16, 1]), checkStudy);
    for (const loss of SMOOTH) await using(reluTensors(loss), checkStudy);
  });

  it('finds the largest eigenvalue in 12 steps, for records of a run', async () => {
    await using(tanhTensors([1, 16, 16, 1]), checkSharpness);
    await using(tanhTensors([1, 16, 16, 1]), checkDirections);
    for (const loss of SMOOTH) await using(reluTensors(loss), checkSharpness);
  });

  it('has the sharpness 0 where J is flat', () => using(reluTensors(SMOOTH[0]), async ({problem, network: {shapes, values, model}}) => {
    const {gradients} = problem;
    if (!gradients) throw new Error('no gradients');
    const flat = (vars: Vars): Vars => Object.fromEntries(Object.entries(vars).map(([name, one]) => [name, tf.zerosLike(one)]));
    const vars = unpackVars(shapes, values);
    expect(await sharpnessOf({...problem, gradients: {...gradients, gradient: flat}}, vars, model, 1)).toBe(0);
    tf.dispose(Object.values(vars));
  }));

  it('has no sharpness where numbers overflow', () => using(reluTensors(SMOOTH[0]), async ({problem, network: {shapes, values, model}}) => {
    const vars = unpackVars(shapes, values.map((value) => 1e30 * value));
    expect(await sharpnessOf(problem, vars, model, 1)).toBeNaN();
    tf.dispose(Object.values(vars));
  }));

  it('measures the noise of single samples as sums in float64 do', async () => {
    for (const loss of SMOOTH) await checkNoise(loss);
  });

  it('tells the right gradient from a wrong one by the Taylor slope', async () => {
    for (const loss of SMOOTH) await checkTaylor(loss);
  });
});

describe('studies of a network', () => {
  const race = {
    seed: 4,
    dataset: {id: 'spiral', params: {n: 40, seed: 2, trainFraction: 0.75}},
    problem: {id: 'two-layer-relu', params: {loss: 'logistic', beta: 0.1}},
    contestants: [{solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 0}}, model: {width: 6}}],
    budget: {axis: 'iterations', amount: 40},
  };
  const studied = async (backend: 'cpu' | 'wasm', study: typeof curvatureStudy): Promise<readonly StudyEvent[]> => {
    const {run, close} = await openRun(race, 'wasm');
    await run.start();
    const network = (await advance(run, 40)).snapshots.at(-1);
    close();
    if (!network) throw new Error('no network');
    const {services, events} = listening(readFrom('public/data'));
    await study({experiment: parsed(race), contestant: 0, network, request: backend, exclude: []}, services);
    expect(events.at(-1)).toEqual({type: 'done'});
    return events;
  };

  it('repeat themselves to the bit, and agree between backends', async () => {
    const [first, again, onCpu] = [await studied('wasm', curvatureStudy), await studied('wasm', curvatureStudy), await studied('cpu', curvatureStudy)].map((events) => eventsOf(events, 'curvature').at(-1)?.curvature);
    expect(first?.iteration).toBe(40);
    expect(first?.spectrum?.probes).toBe(8);
    expect(again).toEqual(first);
    expect(Math.abs((onCpu?.largest[0].value ?? 0) / (first?.largest[0].value ?? 1) - 1)).toBeLessThan(2e-3);
  });

  it('check gradients', async () => {
    const [{check, backend}] = eventsOf(await studied('wasm', gradientCheckStudy), 'gradientCheck');
    expect(backend).toBe('wasm');
    expect(Math.abs(check.slope - 2)).toBeLessThan(0.1);
  });

  it('take the gates of gated units for constants', async () => {
    const gated = {...race, problem: {id: 'gated-relu', params: {beta: 0.1}}};
    const {run, close} = await openRun(gated, 'wasm');
    const [network] = (await run.start()).snapshots;
    close();
    const {services, events} = listening(readFrom('public/data'));
    const command = {experiment: parsed(gated), contestant: 0, network, request: 'wasm', exclude: []} as const;
    await curvatureStudy(command, services);
    await gradientCheckStudy(command, services);
    const {curvature} = eventsOf(events, 'curvature').at(-1) ?? {};
    const {check} = eventsOf(events, 'gradientCheck')[0];
    expect([curvature?.fixed, check.fixed]).toEqual([['gates'], ['gates']]);
    expect(curvature?.dimension).toBeLessThan(network.values.length);
    expect(curvature?.directions[0].length).toBe(network.values.length);
    expect(Math.abs(check.slope - 2)).toBeLessThan(0.1);
  });

  it('refuse networks that do not fit, in words', async () => {
    const {services, events} = listening(readFrom('public/data'));
    const network = {iteration: 0, shapes: {u: [2, 3], alpha: [2, 1]}, values: new Float32Array(5)};
    await curvatureStudy({experiment: parsed(race), contestant: 0, network, request: 'cpu', exclude: []}, services);
    expect(events).toEqual([{type: 'refused', field: 'contestants[0]', message: "5 numbers don't fill the 8 weights of this network"}]);
  });
});

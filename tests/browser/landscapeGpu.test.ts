import {afterEach, beforeEach, describe, expect, it, type MockInstance, vi} from 'vitest';
import type {Task} from '../../src/core/data.ts';
import {DEFAULT_VIEW, type Experiment} from '../../src/core/experiment.ts';
import {classOf, type GridProgram, type HostLoss, type HostProblem, type PlaneKernel} from '../../src/core/hostProblem.ts';
import type {InstrumentEvent, LandscapeSpec, Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {success} from '../../src/core/result.ts';
import {createGpuGrid} from '../../src/engine/gpuGrid.ts';
import {openGpu} from '../../src/engine/gpuSums.ts';
import {createInstruments} from '../../src/engine/instruments.ts';
import {gridLine} from '../../src/engine/landscapeGrid.ts';
import {planeFor, pointOf} from '../../src/engine/planes.ts';
import crossEntropy from '../../src/losses/cross-entropy/host.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import {forward} from '../../src/numerics/hostNetwork.ts';
import hostProblem from '../../src/problems/two-layer-relu/host.ts';
import {randomData, randomNetwork} from '../helpers/twoLayerRelu.ts';

const NAMES = ['A', 'B', 'C'];
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const services = {clock: () => performance.now(), pause, progress: () => undefined};

/** A GPU that may be used, and its device. */
function allowedGpu() {
  const devices: GPUDevice[] = [];
  const gpu = createGpuGrid(async () => {
    const device = await openGpu();
    if (device) devices.push(device);
    return device;
  });
  gpu.allow(true);
  return {gpu, devices};
}

/** The plane through three networks, with a record of the rows that the host computes. */
function drawing(host: HostProblem, networks: readonly Snapshot[], change: (program: GridProgram) => GridProgram = (program) => program) {
  const space = host.share(networks.map((network) => [network]));
  const {plane} = planeFor(space, {kind: 'contestants', names: NAMES, of: 0, seed: 1});
  const {evaluateRow, program} = space.kernel(plane);
  const rows: number[] = [];
  const kernel: PlaneKernel = {
    evaluateRow(b, a, out) {
      rows.push(b);
      evaluateRow(b, a, out);
    },
    program(aLine, bLine) {
      const made = program?.(aLine, bLine) ?? null;
      return made && change(made);
    },
  };
  return {space, plane, kernel, rows};
}

/** The largest relative distance from J of the network itself, at 100 random grid points. */
function worst(values: Float64Array, host: HostProblem, {space, plane}: Pick<ReturnType<typeof drawing>, 'space' | 'plane'>, a: Float64Array, b: Float64Array): number {
  const random = randomStream(25, 'grid');
  const distance = (): number => {
    const [column, row] = [random.below(a.length), random.below(b.length)];
    const direct = host.evaluate(space.network(pointOf(plane, a[column], b[row]))).objective;
    return Math.abs(values[row * a.length + column] / direct - 1);
  };
  return Math.max(...Array.from({length: 100}, distance));
}

let dispatches: MockInstance<GPUComputePassEncoder['dispatchWorkgroups']>;
beforeEach(() => {
  dispatches = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
});
afterEach(() => vi.restoreAllMocks());

describe('a map by WebGPU', () => {
  const cases: readonly [string, Task, HostLoss, number, number][] = [
    ['squared', 'regression', squared, 1, 3],
    ['logistic', 'binary', logistic, 1, 3],
    ['hinge', 'binary', hinge, 1, 3],
    ['cross-entropy', 'multiclass', crossEntropy, 4, 6],
  ];
  it.each(cases)('%s (%s): 61 x 61 points of width 16 and 200 samples in one dispatch, J to 1e-5', async (_, task, loss, k, d) => {
    const host = hostProblem(randomData({task, n: 200, d, k}, 21), {beta: 0.2}, loss);
    const one = drawing(host, [22, 23, 24].map((seed) => randomNetwork(16, d, k, seed)));
    // Far off the origin of the plane, and of unequal sides.
    const [a, b] = [gridLine([-4, 12], 61), gridLine([-9, 5], 61)];
    const values = await allowedGpu().gpu.values({requestId: 1, live: true}, one.kernel, a, b, services);
    if (!values) throw new Error('left to the host');
    expect(worst(values, host, one, a, b)).toBeLessThan(1e-5);
    expect(dispatches).toHaveBeenCalledTimes(1);
    // The middle row alone is computed on the host too.
    expect(one.rows).toEqual([b[30]]);
  });

  it('cuts what is long into rows, of any number of points', async () => {
    const host = hostProblem(randomData({task: 'binary', n: 331, d: 4}, 31), {beta: 0.2}, logistic);
    const one = drawing(host, [32, 33, 34].map((seed) => randomNetwork(90, 4, 1, seed)));
    const [a, b] = [gridLine([-5, 5], 42), gridLine([-5, 5], 39)];
    const values = await allowedGpu().gpu.values({requestId: 1, live: true}, one.kernel, a, b, services);
    if (!values) throw new Error('left to the host');
    expect(dispatches.mock.calls.length).toBeGreaterThan(1);
    expect(worst(values, host, one, a, b)).toBeLessThan(1e-5);
  });

  it.each<[string, Task, HostLoss, number]>([
    ['logistic', 'binary', logistic, 1],
    ['cross-entropy', 'multiclass', crossEntropy, 3],
  ])('%s keeps the digits of small losses', async (_, task, loss, k) => {
    const data = randomData({task, n: 60, d: 3, k}, 35);
    const [teacher, ...others] = [36, 37, 38].map((seed) => randomNetwork(16, 3, k, seed));
    const strong = {...teacher, values: teacher.values.map((w) => 2 * w)};
    const f = forward(strong, data.train.x, 60);
    data.train.y.forEach((_y, i) => {
      data.train.y[i] = k === 1 ? Math.sign(f[i]) : Number(classOf(f, Math.floor(i / k), k) === i % k);
    });
    const host = hostProblem(data, {beta: 1e-7}, loss);
    // Believed where it would not be, to see the shader's own numbers.
    const one = drawing(host, [strong, ...others], (program) => ({...program, finish: (...row) => program.finish(...row) || true}));
    const [a, b] = [gridLine([-1, 1], 21), gridLine([-1, 1], 21)];
    const values = await allowedGpu().gpu.values({requestId: 1, live: true}, one.kernel, a, b, services);
    if (!values) throw new Error('left to the host');
    expect(host.evaluate(strong).trainLoss).toBeLessThan(0.05);
    expect(one.rows).toEqual([b[10]]);
    expect(worst(values, host, one, a, b)).toBeLessThan(1e-5);
  });

  it('takes float64 where a network fits the data and float32 has too few digits', async () => {
    const data = randomData({task: 'regression', n: 60, d: 3}, 41);
    const [teacher, ...others] = [42, 43, 44].map((seed) => randomNetwork(16, 3, 1, seed));
    data.train.y.set(forward(teacher, data.train.x, 60));
    const host = hostProblem(data, {beta: 1e-7}, squared);
    const one = drawing(host, [teacher, ...others]);
    const [a, b] = [gridLine([-1, 1], 41), gridLine([-1, 1], 41)];
    const values = await allowedGpu().gpu.values({requestId: 1, live: true}, one.kernel, a, b, services);
    if (!values) throw new Error('left to the host');
    expect(one.rows.length).toBeGreaterThan(1);
    expect(one.rows.length).toBeLessThan(41);
    const exact = new Float64Array(41);
    for (const [row, at] of b.entries()) {
      one.kernel.evaluateRow(at, a, exact);
      exact.forEach((value, i) => expect(Math.abs(values[row * 41 + i] / value - 1)).toBeLessThan(1e-5));
    }
  });
});

describe('a GPU that fails', () => {
  const host = hostProblem(randomData({task: 'regression', n: 30, d: 3}, 51), {beta: 0.1}, squared);
  const networks = [52, 53, 54].map((seed) => randomNetwork(6, 3, 1, seed));
  const line = gridLine([-2, 2], 11);
  const ask = (gpu: ReturnType<typeof createGpuGrid>, {kernel}: {readonly kernel: PlaneKernel}): Promise<Float64Array | null> =>
    gpu.values({requestId: 1, live: true}, kernel, line, line, services);

  it.each<[string, (program: GridProgram) => GridProgram]>([
    ['does not compile', (program) => ({...program, source: `${program.source} nonsense`})],
    ['leaves a buffer unused', (program) => ({...program, buffers: {...program.buffers, more: new Float32Array(4)}})],
    ['computes something else', (program) => ({...program, source: program.source.replace('return total;', 'return 1.1 * total;')})],
  ])('%s is left to the host from then on', async (_, change) => {
    const {gpu} = allowedGpu();
    expect(await ask(gpu, drawing(host, networks))).not.toBeNull();
    expect(await ask(gpu, drawing(host, networks, change))).toBeNull();
    expect(await ask(gpu, drawing(host, networks))).toBeNull();
  });

  it.each<[string, (program: GridProgram) => GridProgram]>([
    ['would take too long', (program) => ({...program, work: 1e12})],
    ['needs more memory than one buffer may have', (program) => ({...program, buffers: {...program.buffers, z: new Float32Array(2 ** 25 + 4)}})],
  ])('what %s is left to the host, this once', async (_, change) => {
    const {gpu} = allowedGpu();
    expect(await ask(gpu, drawing(host, networks, change))).toBeNull();
    expect(dispatches).not.toHaveBeenCalled();
    expect(await ask(gpu, drawing(host, networks))).not.toBeNull();
  });

  it('hands over a map of which float64 rows alone would take too long', async () => {
    const {gpu} = allowedGpu();
    const one = drawing(host, networks, (program) => ({...program, finish: () => false}));
    let now = 0;
    const slow: PlaneKernel = {
      ...one.kernel,
      evaluateRow(...row) {
        now += 1000;
        one.kernel.evaluateRow(...row);
      },
    };
    expect(await gpu.values({requestId: 1, live: true}, slow, line, line, {...services, clock: () => now})).toBeNull();
    expect(one.rows.length).toBe(1);
  });

  it('is used only while that is allowed', async () => {
    const {gpu} = allowedGpu();
    gpu.allow(false);
    expect(await ask(gpu, drawing(host, networks))).toBeNull();
    gpu.allow(true);
    expect(await ask(gpu, drawing(host, networks))).not.toBeNull();
  });
});

describe('the instruments', () => {
  const data = randomData({task: 'binary', n: 200, testCount: 10, d: 3}, 61);
  const host = hostProblem(data, {beta: 0.1}, hinge);
  const contestant = {colour: 'blue', solver: {id: 'sgd', params: {}}, model: {}} as const;
  const experiment: Experiment = {
    version: 2, certificate: false, title: '', seed: 1, dataset: {id: 'moons', params: {}}, problem: {id: 'two-layer-relu', params: {}},
    contestants: NAMES.map((name) => ({name, ...contestant})), budget: {axis: 'iterations', amount: 10}, view: DEFAULT_VIEW,
  };
  const spec: LandscapeSpec = {plane: 'contestants', runs: ['r0', 'r1', 'r2'], names: NAMES, of: 'r0', seed: 1, side: 61};

  async function prepared() {
    const events: InstrumentEvent[] = [];
    const devices: GPUDevice[] = [];
    const handle = createInstruments({
      emit: (event) => events.push(event),
      load: async () => success({data, host}),
      pause,
      openGpu: async () => {
        const device = await openGpu();
        if (device) devices.push(device);
        return device;
      },
    });
    await handle({type: 'load', requestId: 1, experiment, base: '/'});
    for (const [i, runId] of spec.runs.entries()) await handle({type: 'observe', runId, snapshots: [randomNetwork(16, 3, 1, 62 + i)]});
    const answers = (): string[] => events.filter(({type}) => type !== 'progress').map(({type, requestId}) => `${type} ${requestId}`);
    const maps = (): Float64Array[] => events.flatMap((event) => (event.type === 'landscape' ? [event.landscape.values] : []));
    return {handle, answers, maps, devices};
  }
  const alike = (one: Float64Array, other: Float64Array): void => one.forEach((value, i) => expect(Math.abs(value / other[i] - 1)).toBeLessThan(1e-5));

  it('draw the same map with and without the GPU, and on their own again once it is lost', async () => {
    const withGpu = await prepared();
    await withGpu.handle({type: 'useGpu', on: true});
    await withGpu.handle({type: 'landscape', requestId: 2, spec});
    expect(dispatches).toHaveBeenCalledTimes(1);
    withGpu.devices[0].destroy();
    await withGpu.devices[0].lost;
    await withGpu.handle({type: 'landscape', requestId: 3, spec: {...spec, side: 81}});
    const without = await prepared();
    await without.handle({type: 'landscape', requestId: 2, spec});
    await without.handle({type: 'landscape', requestId: 3, spec: {...spec, side: 81}});
    expect(dispatches).toHaveBeenCalledTimes(1);
    withGpu.maps().forEach((map, i) => alike(map, without.maps()[i]));
    expect(withGpu.answers()).toEqual(['summary 1', 'landscape 2', 'landscape 3']);
  });

  it('go on to a newer question while the GPU works on an older one', async () => {
    const {handle, answers, maps} = await prepared();
    await handle({type: 'useGpu', on: true});
    const older = handle({type: 'landscape', requestId: 2, spec});
    await vi.waitFor(() => expect(dispatches).toHaveBeenCalled());
    await Promise.all([older, handle({type: 'landscape', requestId: 3, spec: {...spec, side: 21}})]);
    expect(answers()).toEqual(['summary 1', 'cancelled 2', 'landscape 3']);
    expect(maps()[0].length).toBe(441);
  });

  it.each([
    ['no adapter', async () => null],
    ['an adapter that fails', () => Promise.reject(new Error('driver'))],
  ])('draw with %s', async (_, requestAdapter) => {
    vi.spyOn(GPU.prototype, 'requestAdapter').mockImplementation(requestAdapter);
    const {handle, answers} = await prepared();
    await handle({type: 'useGpu', on: true});
    await handle({type: 'landscape', requestId: 2, spec: {...spec, side: 21}});
    expect(answers()).toEqual(['summary 1', 'landscape 2']);
    expect(dispatches).not.toHaveBeenCalled();
  });
});

import {describe, expect, it} from 'vitest';
import type {PlaneKernel} from '../../src/core/hostProblem.ts';
import {createGpuGrid} from '../../src/engine/gpuGrid.ts';

const SIDE = 161;
/** Multiply-adds a point. */
const WORK = 19_200;

/** A device that only takes its time, at so many multiply-adds a millisecond; what it computes is 0, as on the host. */
function clocked(pace: number) {
  const state = {now: 0, stall: 0, rows: [] as number[]};
  const buffer = (size: number) => {
    const memory = new ArrayBuffer(size);
    const mapAsync = async (): Promise<void> => {
      state.now += state.stall;
      state.stall = 0;
    };
    return {getMappedRange: () => memory, unmap: () => undefined, destroy: () => undefined, mapAsync};
  };
  const dispatchWorkgroups = (columns: number, rows: number): void => {
    state.rows.push(rows);
    state.now += (4 * columns * rows * WORK) / pace;
  };
  const nothing = (): void => undefined;
  const device = {
    lost: new Promise(nothing),
    limits: {maxStorageBufferBindingSize: 2 ** 27},
    pushErrorScope: nothing,
    popErrorScope: async () => null,
    createShaderModule: () => ({}),
    createComputePipelineAsync: async () => ({getBindGroupLayout: () => ({})}),
    createBuffer: ({size}: {readonly size: number}) => buffer(size),
    createBindGroup: () => ({}),
    createCommandEncoder: () => ({
      beginComputePass: () => ({setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups, end: nothing}),
      copyBufferToBuffer: nothing,
      finish: () => ({}),
    }),
    queue: {submit: nothing},
  };
  const finish = (_b: number, _a: Float64Array, _sums: Float32Array, out: Float64Array): boolean => {
    out.fill(0);
    return true;
  };
  const kernel: PlaneKernel = {evaluateRow: (_b, _a, out) => void out.fill(0), program: () => ({source: '', buffers: {}, work: WORK, finish})};
  const gpu = createGpuGrid(async () => device as unknown as GPUDevice);
  gpu.allow(true);
  const line = Float64Array.from({length: SIDE}, (_, i) => i);
  const services = {clock: () => state.now, pause: async () => undefined, progress: nothing};
  /** The rows of each dispatch of a map; null where the host had to draw it. */
  const draw = async (): Promise<readonly number[] | null> => {
    state.rows = [];
    const values = await gpu.values({requestId: 1, live: true}, kernel, line, line, services);
    return values && state.rows;
  };
  return {state, draw};
}

describe('the pace of maps on a GPU', () => {
  it('takes a map whole on a fast device, once it is known', async () => {
    const {draw} = clocked(4e7);
    expect((await draw())?.reduce((sum, rows) => sum + rows)).toBe(SIDE);
    expect(await draw()).toEqual([SIDE]);
  });

  it('cuts dispatches short on a slow one', async () => {
    const {draw} = clocked(1e5);
    await draw();
    const rows = await draw();
    const milliseconds = Math.max(...(rows ?? [])) * (4 * 41 * WORK) / 1e5;
    expect(milliseconds).toBeLessThanOrEqual(500);
    expect(rows?.reduce((sum, count) => sum + count)).toBe(SIDE);
  });

  it('is not given up for one dispatch during which the machine slept', async () => {
    const {state, draw} = clocked(4e7);
    await draw();
    state.stall = 600_000;
    await draw();
    const later = [];
    for (let map = 0; map < 3; map++) later.push(await draw());
    expect(later.every((rows) => rows !== null)).toBe(true);
    expect(later.at(-1)).toEqual([SIDE]);
  });

  it('leaves what would take too long to the host, and tries again some time', async () => {
    const {draw} = clocked(1e4);
    const maps = [];
    for (let map = 0; map < 30; map++) maps.push((await draw()) !== null);
    expect(maps).toContain(false);
    expect(maps.lastIndexOf(true)).toBeGreaterThan(maps.indexOf(false));
  });
});

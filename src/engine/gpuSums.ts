import type {GridProgram} from '../core/hostProblem.ts';

/** Workers that share the samples of four points. */
const LANES = 64;
/** Points of a row that a worker takes at once. */
const POINTS = 4;
/** WebGPU's numbers for what a buffer is used for, as no library types them. */
const USAGE = {read: 0x01, from: 0x04, to: 0x08, storage: 0x80} as const;
const READ = 1;

/** A program as a whole: one workgroup for four points of a row, the shares of its workers summed in pairs. */
const wholeSource = ({source, buffers}: GridProgram): string => `
    const LANES = ${LANES}u;
    @group(0) @binding(0) var<storage, read_write> sums : array<vec4<f32>>;
    @group(0) @binding(1) var<storage, read> aLine : array<vec4<f32>>;
    @group(0) @binding(2) var<storage, read> bLine : array<f32>;
    ${Object.keys(buffers).map((name, i) => `@group(0) @binding(${i + 3}) var<storage, read> ${name} : array<f32>;`).join('\n    ')}
    ${source}
    var<workgroup> shares : array<vec4<f32>, LANES>;

    @compute @workgroup_size(LANES)
    fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>, @builtin(local_invocation_index) lane : u32) {
      shares[lane] = share(lane, aLine[group.x], bLine[group.y]);
      workgroupBarrier();
      for (var half = LANES / 2u; half > 0u; half /= 2u) {
        if (lane < half) { shares[lane] += shares[lane + half]; }
        workgroupBarrier();
      }
      if (lane == 0u) { sums[group.y * groups.x + group.x] = shares[0]; }
    }`;

/** A device of this browser's GPU, or null where there is none. */
export async function openGpu(): Promise<GPUDevice | null> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  const adapter = await gpu?.requestAdapter();
  return adapter?.requestDevice() ?? null;
}

/** Throws what WebGPU complains of while `work` hands something over; by itself it throws nothing. */
async function checked<T>(device: GPUDevice, work: () => T): Promise<T> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const result = work();
  const faults = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  const fault = faults.find((one) => one !== null);
  if (fault) throw new Error(fault.message);
  return result;
}

function storage(device: GPUDevice, values: Float32Array): GPUBuffer {
  const buffer = device.createBuffer({size: values.byteLength, usage: USAGE.storage, mappedAtCreation: true});
  new Float32Array(buffer.getMappedRange()).set(values);
  buffer.unmap();
  return buffer;
}

/** A grid's program with its buffers on the device. */
export interface LoadedProgram {
  /** Points a row of the sums has, those of the grid first. */
  readonly width: number;
  /** The sums at rows with these coordinates, row by row, by one dispatch. Throws where the device fails. */
  sums(b: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

/** Runs programs over rows of a grid on a device; compiled ones are kept. */
export function createGpuSums(device: GPUDevice) {
  const pipelines = new Map<string, GPUComputePipeline>();

  const pipelineOf = async (program: GridProgram): Promise<GPUComputePipeline> => {
    const code = wholeSource(program);
    const known = pipelines.get(code);
    if (known) return known;
    const module = await checked(device, () => device.createShaderModule({code}));
    const pipeline = await device.createComputePipelineAsync({layout: 'auto', compute: {module}});
    pipelines.set(code, pipeline);
    return pipeline;
  };

  /** One dispatch; the sums stand in the buffer that is answered, ready to be read. */
  const dispatch = (pipeline: GPUComputePipeline, inputs: readonly GPUBuffer[], quads: number, rows: number, made: GPUBuffer[]): GPUBuffer => {
    const size = 4 * POINTS * quads * rows;
    const sums = device.createBuffer({size, usage: USAGE.storage | USAGE.from});
    const copy = device.createBuffer({size, usage: USAGE.read | USAGE.to});
    made.push(sums, copy);
    const entries = [sums, ...inputs].map((buffer, binding) => ({binding, resource: {buffer}}));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({layout: pipeline.getBindGroupLayout(0), entries}));
    pass.dispatchWorkgroups(quads, rows);
    pass.end();
    encoder.copyBufferToBuffer(sums, 0, copy, 0, size);
    device.queue.submit([encoder.finish()]);
    return copy;
  };

  /** @param a the grid's columns */
  const load = async (program: GridProgram, a: Float32Array): Promise<LoadedProgram> => {
    const pipeline = await pipelineOf(program);
    const quads = Math.ceil(a.length / POINTS);
    const padded = new Float32Array(POINTS * quads);
    padded.set(a);
    const [aLine, ...inputs] = await checked(device, () => [padded, ...Object.values(program.buffers)].map((values) => storage(device, values)));
    return {
      width: padded.length,
      async sums(b) {
        const made: GPUBuffer[] = [];
        try {
          const copy = await checked(device, () => {
            const bLine = storage(device, b);
            made.push(bLine);
            return dispatch(pipeline, [aLine, bLine, ...inputs], quads, b.length, made);
          });
          await copy.mapAsync(READ);
          return new Float32Array(copy.getMappedRange()).slice();
        } finally {
          for (const buffer of made) buffer.destroy();
        }
      },
      dispose() {
        for (const buffer of [aLine, ...inputs]) buffer.destroy();
      },
    };
  };

  /** Whether the device holds such buffers. */
  const fits = ({buffers}: GridProgram): boolean =>
    Object.values(buffers).every(({byteLength}) => byteLength <= device.limits.maxStorageBufferBindingSize);

  return {load, fits};
}
export type GpuSums = ReturnType<typeof createGpuSums>;

import type {GridProgram, PlaneKernel} from '../core/hostProblem.ts';
import {createGpuSums, type GpuSums, type LoadedProgram} from './gpuSums.ts';
import {breather, budgetOf, type GridServices, type Job} from './landscapeGrid.ts';

/** Multiply-adds of a dispatch on a device that is not known yet: milliseconds even on a slow one. */
const FIRST_DISPATCH = 2e8;
/** A known device gets work for so many milliseconds at once, so that it is soon free for the runs and no watchdog ends it, */
const DISPATCH = 50;
/** but a first dispatch's work, which holds a small map whole, as long as it takes less than this. */
const SMALL_MAP = 500;
/** What one slow dispatch can make of the pace (the machine may have slept), and what each map left to the host makes good. */
const [SLOWER, FORGIVEN] = [10, 1.25];
/** No single row may take longer. */
const LONGEST_ROW = 500;
/** A GPU that misses J by a larger share is not believed again. */
const WRONG = 1e-3;

export interface GpuGrid {
  /** Whether the GPU may be used. */
  allow(on: boolean): void;
  /** J at every grid point, b.length rows of a.length; null where the host has to do it, or the job ended meanwhile. */
  values(job: Job, kernel: PlaneKernel, a: Float64Array, b: Float64Array, services: GridServices): Promise<Float64Array | null>;
}

/** A line's points as numbers of steps from its middle. */
const inSteps = ({length}: Float64Array): Float32Array => Float32Array.from({length}, (_, i) => i - (length - 1) / 2);

/** How many multiply-adds a millisecond the device was seen to do. */
function createPace() {
  let pace = FIRST_DISPATCH / DISPATCH;
  return {
    milliseconds: (work: number): number => work / pace,
    rowsAtOnce: (rowWork: number): number => Math.max(1, Math.floor(Math.max(Math.min(FIRST_DISPATCH, pace * SMALL_MAP), pace * DISPATCH) / rowWork)),
    /** A small dispatch mostly waits, so that a short one never shows a device to be slow. */
    learn(work: number, milliseconds: number): void {
      const seen = work / Math.max(milliseconds, 0.1);
      pace = work >= FIRST_DISPATCH / 4 || milliseconds > 2 * DISPATCH ? Math.max(seen, pace / SLOWER) : Math.max(pace, seen);
    },
    /** A map was left to the host: the pace may have been learnt at a bad moment. */
    forgive(): void {
      pace *= FORGIVEN;
    },
  };
}
type Pace = ReturnType<typeof createPace>;

/** One grid on its way: its program is on the device, and `values` fills row by row. */
interface Filling {
  readonly job: Job;
  readonly kernel: PlaneKernel;
  readonly program: GridProgram;
  readonly loaded: LoadedProgram;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly values: Float64Array;
}

const rowOf = ({a, values}: Filling, row: number): Float64Array => values.subarray(row * a.length, (row + 1) * a.length);

/** Fills all rows; answers those that float32 is not enough for, or null when the job ended. */
async function fill(filling: Filling, pace: Pace, services: GridServices): Promise<number[] | null> {
  const {job, program, loaded, a, b} = filling;
  const rowWork = program.work * loaded.width;
  const breathe = breather(job, services);
  const doubtful: number[] = [];
  const bLine = inSteps(b);
  for (let row = 0; row < b.length; ) {
    const end = Math.min(b.length, row + pace.rowsAtOnce(rowWork));
    const from = services.clock();
    const sums = await loaded.sums(bLine.subarray(row, end));
    pace.learn(rowWork * (end - row), services.clock() - from);
    if (!job.live) return null;
    for (let at = 0; row < end; row++, at += loaded.width) {
      if (!program.finish(b[row], a, sums.subarray(at, at + a.length), rowOf(filling, row))) doubtful.push(row);
      if (!(await breathe((row + 1) / b.length))) return null;
    }
  }
  return doubtful;
}

/**
 * Rows in float64 where float32 is not enough, and the middle one to see whether the device computes what it should. False where
 * that is no gain over the host alone, or the job ended. Throws where the device is wrong.
 */
async function settle(filling: Filling, doubtful: readonly number[], services: GridServices): Promise<boolean> {
  const {job, kernel, a, b} = filling;
  const middle = b.length >> 1;
  const exact = new Float64Array(a.length);
  const from = services.clock();
  kernel.evaluateRow(b[middle], a, exact);
  const took = services.clock() - from;
  const ours = rowOf(filling, middle);
  if (!doubtful.includes(middle) && exact.some((value, i) => Math.abs(ours[i] - value) > WRONG * Math.abs(value))) {
    throw new Error('the GPU gives other numbers than the processor');
  }
  ours.set(exact);
  if (doubtful.length * took > budgetOf(b.length)) return false;
  const breathe = breather(job, services);
  for (const row of doubtful) {
    if (row !== middle) kernel.evaluateRow(b[row], a, rowOf(filling, row));
    if (!(await breathe(1))) return false;
  }
  return true;
}

/**
 * Maps on the GPU, for kernels that have a program. The device is asked for when it is first needed; once it is lost, fails or gives wrong
 * numbers, everything is left to the host.
 * @param open a device, or null where there is none
 */
export function createGpuGrid(open: () => Promise<GPUDevice | null>): GpuGrid {
  const pace = createPace();
  let allowed = false;
  let failed = false;
  let opened: Promise<GpuSums | null> | null = null;

  const opening = async (): Promise<GpuSums | null> => {
    const device = await open();
    if (!device) return null;
    void device.lost.then(() => {
      failed = true;
    });
    return createGpuSums(device);
  };

  const affordable = ({work}: GridProgram, columns: number, rows: number): boolean => {
    const isFast = pace.milliseconds(work * columns) <= LONGEST_ROW && pace.milliseconds(work * columns * rows) <= budgetOf(rows);
    if (!isFast) pace.forgive();
    return isFast;
  };

  const drawn = async (job: Job, kernel: PlaneKernel, a: Float64Array, b: Float64Array, services: GridServices): Promise<Float64Array | null> => {
    opened ??= opening();
    const gpu = await opened;
    const program = gpu && job.live ? kernel.program?.(a, b) : null;
    if (!gpu || !program || !gpu.fits(program) || !affordable(program, a.length, b.length)) return null;
    const loaded = await gpu.load(program, inSteps(a));
    try {
      const filling = {job, kernel, program, loaded, a, b, values: new Float64Array(a.length * b.length)};
      const doubtful = job.live ? await fill(filling, pace, services) : null;
      return doubtful && (await settle(filling, doubtful, services)) ? filling.values : null;
    } finally {
      loaded.dispose();
    }
  };

  return {
    allow(on) {
      allowed = on;
    },
    async values(job, kernel, a, b, services) {
      if (!allowed || failed || !kernel.program) return null;
      try {
        return await drawn(job, kernel, a, b, services);
      } catch {
        failed = true;
        return null;
      }
    },
  };
}

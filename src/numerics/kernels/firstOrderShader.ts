import type {KernelLoss} from './reluKernel.ts';

/**
 * WGSL for many training steps of two-layer ReLU networks with one output in a single dispatch, one workgroup for each
 * network. In each step every thread takes samples for the outputs, then neurons for the gradient and its update; two
 * barriers a step keep them together. The state lives in the result buffer, network by network: weights, then two
 * running averages, each neuron by neuron as (u_j, alpha_j). Networks share the plan of steps, each with a learning rate of its
 * own; where batches are shuffled each has rows of its own, `rowStride` apart.
 */
export interface ShaderShape {
  /** Columns, the constant included. */
  readonly d: number;
  /** Neurons. */
  readonly m: number;
  readonly loss: KernelLoss;
  readonly rule: RuleName;
}

/** Threads of the workgroup; WebGPU guarantees 256. */
export const THREADS = 64;
/** Samples of a batch at most: their slopes stand in workgroup memory, of which WebGPU guarantees 16 KiB. */
export const LARGEST_BATCH = 3072;
/** Numbers of a row of the plan: offset and size of the batch, share of the learning rate, two corrections, decay of w for each unit of the rate. */
export const PLAN_COLUMNS = 6;

const SLOPES = {
  squared: 'f - y',
  logistic: '-y / (1.0 + exp(y * f))',
  hinge: 'select(0.0, -y, y * f < 1.0)',
} as const;

/**
 * Updates of weight `at` with gradient `g`; p1, p2, p3 are the rule's own constants. The same equations as in
 * solvers/: p1 is the momentum, RMSProp's decay or beta1; p2 is beta2; p3 is epsilon.
 */
const RULES = {
  sgd: `
    result[at] = w - rate * g;`,
  momentum: `
    let v = uniforms.p1 * result[at + total] + g;
    result[at + total] = v;
    result[at] = w - rate * v;`,
  nesterov: `
    let v = uniforms.p1 * result[at + total] + g;
    result[at + total] = v;
    result[at] = w - rate * (g + uniforms.p1 * v);`,
  rmsprop: `
    let s = uniforms.p1 * result[at + total] + (1.0 - uniforms.p1) * g * g;
    result[at + total] = s;
    result[at] = w - rate * g / (sqrt(s) + uniforms.p3);`,
  adam: `
    let v = uniforms.p1 * result[at + total] + (1.0 - uniforms.p1) * g;
    let s = uniforms.p2 * result[at + 2 * total] + (1.0 - uniforms.p2) * g * g;
    result[at + total] = v;
    result[at + 2 * total] = s;
    result[at] = keep * w - rate * (c1 * v) / (sqrt(c2 * s) + uniforms.p3);`,
} as const;
export type RuleName = keyof typeof RULES;

export const UNIFORMS = 'steps : i32, rowStride : i32, decay : f32, p1 : f32, p2 : f32, p3 : f32,';

/** The body of a tfjs WebGPU program with inputs state, x, y, rows, plan and rates. */
export function shaderOf({d, m, loss, rule}: ShaderShape): string {
  const size = d + 1;
  return `
    const d = ${d};
    const m = ${m};
    const size = ${size};
    const total = ${m * size};
    var<workgroup> slopes : array<f32, ${LARGEST_BATCH}>;

    fn preactivation(at : i32, row : i32) -> f32 {
      var z = 0.0;
      for (var c = 0; c < d; c++) { z += result[at + c] * x[row * d + c]; }
      return z;
    }

    fn slope(f : f32, y : f32) -> f32 { return ${SLOPES[loss]}; }

    fn update(at : i32, g : f32, rate : f32, c1 : f32, c2 : f32, keep : f32) {
      let w = result[at];
      ${RULES[rule]}
    }

    fn main() {
      let lane = i32(localIndex);
      let own = i32(workgroupId.x) * 3 * total;
      let ownRows = i32(workgroupId.x) * uniforms.rowStride;
      let ownRate = rates[workgroupId.x];
      for (var i = lane; i < 3 * total; i += ${THREADS}) { result[own + i] = state[own + i]; }
      storageBarrier();
      workgroupBarrier();
      for (var k = 0; k < uniforms.steps; k++) {
        let p = k * ${PLAN_COLUMNS};
        let first = ownRows + i32(plan[p]);
        let count = i32(plan[p + 1]);
        let rate = ownRate * plan[p + 2];
        let keep = 1.0 - ownRate * plan[p + 5];
        for (var b = lane; b < count; b += ${THREADS}) {
          let row = rows[first + b];
          var f = 0.0;
          for (var j = 0; j < m; j++) { f += result[own + j * size + d] * max(preactivation(own + j * size, row), 0.0); }
          slopes[b] = slope(f, y[row]) / f32(count);
        }
        workgroupBarrier();
        for (var j = lane; j < m; j += ${THREADS}) {
          // Zeroed by hand: seen to keep its values from the step before where it was only declared.
          var g : array<f32, ${size}>;
          for (var c = 0; c < size; c++) { g[c] = 0.0; }
          let neuron = own + j * size;
          let alpha = result[neuron + d];
          for (var b = 0; b < count; b++) {
            let row = rows[first + b];
            let z = preactivation(neuron, row);
            if (z > 0.0) {
              g[d] += slopes[b] * z;
              let back = slopes[b] * alpha;
              for (var c = 0; c < d; c++) { g[c] += back * x[row * d + c]; }
            }
          }
          for (var c = 0; c < size; c++) {
            let at = neuron + c;
            update(at, g[c] + uniforms.decay * result[at], rate, plan[p + 3], plan[p + 4], keep);
          }
        }
        storageBarrier();
        workgroupBarrier();
      }
    }`;
}

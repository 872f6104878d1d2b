import {z} from 'zod';
import {binaryQuadratic, type Quadratic} from '../../numerics/binary/quadratic.ts';

const number = z.number().finite();
const vector = z.array(number).min(1);
const matrix = z.array(vector).min(1);

/** E(w) = |alpha X w - y|^2. */
const squares = z.looseObject({X: matrix, y: vector, alpha: number}).refine(({X, y}) => X.length === y.length, 'needs as many targets as rows of X');

const qubo = squares.and(
  z.looseObject({
    id: z.string(), p: number.int(), opt: number, n_opt: number, second: number, w_opt: vector,
    sdp_opt: number, k_default: number.int(), box_certified_lb: number,
  }),
);
const stuck2 = z.looseObject({
  id: z.string(), instance: z.string(), angles0: vector, f0: number, f_after_1_sweep: number, f_after_5_sweeps: number, f_stuck: number, lambda_min_S: number,
  certified_lb_at_stuck: number, k3_lifted_f: number, staircase_f_after_append: number, staircase_f_final: number,
});
const stuck1 = z.looseObject({instance: z.string(), w0: vector, w_stuck: vector, f_stuck: number});
const identity = squares.and(
  z.looseObject({
    mu_raw: vector, Z_raw: matrix, mu: vector, Z: matrix, G_relaxed: number, grad_mu_relaxed: vector, grad_Z_relaxed: matrix, E_w_rounded: vector, E_w_rT_rounded: matrix,
    visp_grad_mu_expected: vector, visp_grad_Z_expected: matrix, certificate_y: vector, certificate_lambda_min: number, certificate_lb: number,
  }),
);
const trace = squares.and(
  z.looseObject({V0_raw: matrix, mixing_f_after_sweep_0to5: vector, mixing_lb_after_sweep_0to5: vector, rgd_step: number, rgd_f_after_step_0to5: vector, sdp_opt: number}),
);
const neuron = z.looseObject({
  id: z.string(), a: number, X: matrix, t: vector, opt: number, n_opt: number, second: number, w_opt: vector, box_certified_lb: number,
});
const shares = z.looseObject({sign: number, best100: number, best_seen: number});

/** The parts of bnn_reference.json that are about binary least squares. */
export const binaryFileSchema = z.looseObject({
  qubo: z.array(qubo).min(1),
  stuck_k2: z.array(stuck2),
  stuck_k1: z.array(stuck1),
  identities: z.array(identity),
  trace: z.array(trace),
  logistic_neuron: z.array(neuron),
  linear_layer_low_rank_hits: z.looseObject({hits: z.record(z.string(), z.record(z.string(), shares))}),
});
export type BinaryFile = z.infer<typeof binaryFileSchema>;
export type QuboCase = BinaryFile['qubo'][number];

export const quadraticOfCase = ({X, y, alpha}: {readonly X: readonly (readonly number[])[]; readonly y: readonly number[]; readonly alpha: number}): Quadratic =>
  binaryQuadratic(Float64Array.from(X.flat()), Float64Array.from(y), X[0].length, X[0].length, alpha);

/** The quadratic form of an instance that another part names. */
export function quadraticNamed({qubo: cases}: BinaryFile, id: string): Quadratic {
  const found = cases.find((one) => one.id === id);
  if (!found) throw new Error(`the file names the instance "${id}" but does not hold it`);
  return quadraticOfCase(found);
}

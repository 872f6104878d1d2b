import * as tf from '@tensorflow/tfjs-core';
import {assertNever} from '../../core/result.ts';

/** Where a residual block f normalises. */
export type Placement = 'none' | 'pre' | 'post' | 'peri';

type OnTensors = (x: tf.Tensor) => tf.Tensor;

/** a + step b; the step of 1 costs no product. */
export const stepped = (a: tf.Tensor, step: number, b: tf.Tensor): tf.Tensor => tf.add(a, step === 1 ? b : tf.mul(step, b));

/**
 * A residual block with step dt and norms N, each with gain and shift of its own: none x + dt f(x); pre x + dt f(N(x));
 * post N(x + dt f(x)); peri x + dt N_out(f(N(x))) (Xiong et al. 2020; Kim et al. 2025 for peri).
 * @param norm the only norm, or the one before f
 * @param outer the norm after f, used in peri only
 */
export function residual(placement: Placement, step: number, x: tf.Tensor, f: OnTensors, norm: OnTensors, outer: OnTensors): tf.Tensor {
  switch (placement) {
    case 'none':
      return stepped(x, step, f(x));
    case 'pre':
      return stepped(x, step, f(norm(x)));
    case 'post':
      return norm(stepped(x, step, f(x)));
    case 'peri':
      return stepped(x, step, outer(f(norm(x))));
    default:
      return assertNever(placement);
  }
}

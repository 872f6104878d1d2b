import * as tf from '@tensorflow/tfjs-core';
import {assertNever} from '../../core/result.ts';
import {exchanged, leftTransposed, product, rightTransposed} from '../products.ts';

/** Up to this many differences distances are formed by them, beyond from inner products. */
const MOST_DIFFERENCES = 2 ** 18;

/**
 * |a_i - b_j|^2, [..., n, m]. From differences the distance of equal points is exactly 0; |a|^2 + |b|^2 - 2 a.b, for large
 * inputs, is clamped at 0 and loses digits where points are close together and far from 0.
 */
function squaredDistances(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (a.size * b.shape[b.rank - 2] <= MOST_DIFFERENCES) return tf.sum(tf.square(tf.sub(tf.expandDims(a, -2), tf.expandDims(b, -3))), -1);
  const inner = rightTransposed(a, b);
  const lengths = tf.add(tf.sum(tf.square(a), -1, true), tf.expandDims(tf.sum(tf.square(b), -1), -2));
  return tf.relu(tf.sub(lengths, tf.mul(2, inner)));
}

/**
 * S_ij = exp(-|a_i - b_j|^2 / (2 sqrt d)), [..., n, m]. With W = -dS S / sqrt(d): da = rowsum(W) a - W b, db = colsum(W) b - W' a.
 */
export function gaussianKernel(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const root = Math.sqrt(a.shape[a.rank - 1]);
  return tf.customGrad((...inputs) => {
    const [p, q, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const value = tf.exp(tf.mul(-0.5 / root, squaredDistances(p, q)));
    save([p, q, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [x, y, s]: tf.Tensor[]) => {
        const w = tf.mul(tf.mul(-1 / root, dy), s);
        const dx = tf.sub(tf.mul(tf.sum(w, -1, true), x), tf.matMul(w, y));
        const columns = tf.expandDims(tf.sum(w, -2), -1);
        return [dx, tf.sub(tf.mul(columns, y), leftTransposed(w, x))];
      },
    };
  })(a, b);
}

/** Of S in SOFT: none S V; row D^-1 S V; sym D^-1/2 S D^-1/2 V (SOFT++), D the row sums. */
export type SoftNormalisation = 'none' | 'row' | 'sym';

/**
 * SOFT attention (Lu et al. 2021): a Gaussian kernel in place of softmax, queries and keys equal, so S is symmetric. Not causal.
 * With row sums it is softmax attention whose keys carry the bias -|k|^2 / (2 sqrt d).
 * @param q [..., n, d]
 * @param v [..., n, e]
 */
export function softAttention(q: tf.Tensor, v: tf.Tensor, normalise: SoftNormalisation): tf.Tensor {
  const s = gaussianKernel(q, q);
  switch (normalise) {
    case 'none':
      return product(s, v);
    case 'row':
      return tf.div(product(s, v), tf.sum(s, -1, true));
    case 'sym': {
      const root = tf.rsqrt(tf.sum(s, -1, true));
      return tf.mul(root, product(s, tf.mul(root, v)));
    }
    default:
      return assertNever(normalise);
  }
}

/** Added to the diagonal of the landmarks' kernel. */
const RIDGE = 0.01;

/**
 * X = A^-1 of symmetric positive definite A [..., m, m] by Newton's X <- 2X - X A X from 1.8 A / (largest row sum)^2. Gradient
 * dA = -X dX X, that of the inverse itself, so steps that have not yet converged make it approximate. In float32 A X stays
 * about 1e-5 from the identity.
 */
export function newtonInverse(a: tf.Tensor, iterations: number): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [matrix, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const largest = tf.max(tf.sum(tf.abs(matrix), -1, true), -2, true);
    let x: tf.Tensor = tf.mul(matrix, tf.div(1.8, tf.square(largest)));
    for (let i = 0; i < iterations; i++) x = tf.sub(tf.mul(2, x), tf.matMul(x, tf.matMul(matrix, x)));
    save([x]);
    return {value: x, gradFunc: (dy: tf.Tensor, [inverse]: tf.Tensor[]) => tf.neg(leftTransposed(inverse, rightTransposed(dy, inverse)))};
  })(a);
}

/**
 * SOFT with m landmarks L (Nystrom): S V ~ B A^-1 B' V with A = S(L, L) + 0.01 I and B = S(Q, L); linear in n.
 * @param landmarks [m, n], a constant: rows that pick or average tokens, L = landmarks Q
 */
export function nystromAttention(q: tf.Tensor, v: tf.Tensor, landmarks: tf.Tensor, iterations = 20): tf.Tensor {
  const picked = q.rank > 2 ? tf.broadcastTo(landmarks, [...q.shape.slice(0, -2), ...landmarks.shape] as [number, number, number]) : landmarks;
  const l = product(picked, q);
  const a = tf.add(gaussianKernel(l, l), tf.mul(RIDGE, tf.eye(landmarks.shape[0])));
  const b = gaussianKernel(q, l);
  return product(b, product(newtonInverse(a, iterations), product(exchanged(b), v)));
}

/** [m, n]: rows that pick every (n/m)-th token. */
export function stridedLandmarks(n: number, m: number): tf.Tensor2D {
  return landmarksAt(n, Array.from({length: m}, (_, i) => Math.floor((i * n) / m)));
}

/** [m, n]: rows that pick the tokens named. */
export function landmarksAt(n: number, places: readonly number[]): tf.Tensor2D {
  const rows = new Float32Array(places.length * n);
  places.forEach((place, i) => {
    rows[i * n + place] = 1;
  });
  return tf.tensor2d(rows, [places.length, n]);
}

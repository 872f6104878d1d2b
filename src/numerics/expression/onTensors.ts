import * as tf from '@tensorflow/tfjs-core';
import type {Binary, Node, Unary} from './graph.ts';
import type {Program} from './program.ts';

const UNARY_OPS: {readonly [op in Unary]: (a: tf.Tensor) => tf.Tensor} = {
  neg: tf.neg, sin: tf.sin, cos: tf.cos, tan: tf.tan, asin: tf.asin, acos: tf.acos, atan: tf.atan, sinh: tf.sinh, cosh: tf.cosh,
  tanh: tf.tanh, exp: tf.exp, log: tf.log, sqrt: tf.sqrt, abs: tf.abs, sign: tf.sign,
};
const BINARY_OPS: {readonly [op in Binary]: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor} = {
  add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, pow: tf.pow, min: tf.minimum, max: tf.maximum,
  above: (a, b) => tf.cast(tf.greater(a, b), 'float32'),
};

/** a^n by squaring. */
function powerOf(a: tf.Tensor, n: number): tf.Tensor {
  let [result, square]: [tf.Tensor | null, tf.Tensor] = [null, a];
  for (let left = Math.abs(n); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result ? tf.mul(result, square) : square;
    if (left > 1) square = tf.square(square);
  }
  const whole = result ?? tf.onesLike(a);
  return n < 0 ? tf.reciprocal(whole) : whole;
}

export interface OnTensors {
  /** The outputs at points whose coordinates have one shape; all of that shape. */
  run(x: tf.Tensor, y: tf.Tensor): readonly tf.Tensor[];
  dispose(): void;
}

/** A program on the current backend. Constants are put on the device once, as a step would otherwise upload them each time. */
export function onTensors({nodes, outputs}: Program): OnTensors {
  const constants = new Map(nodes.flatMap((node, at) => (node.op === 'constant' ? [[at, tf.keep(tf.scalar(node.value))] as const] : [])));
  const tensorOf = (node: Node, at: number, values: readonly tf.Tensor[], x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
    if (node.op === 'x') return x;
    if (node.op === 'y') return y;
    if (node.op === 'constant') return constants.get(at) as tf.Tensor;
    if (node.op === 'power') return powerOf(values[node.a], node.n);
    return 'b' in node ? BINARY_OPS[node.op](values[node.a], values[node.b]) : UNARY_OPS[node.op](values[node.a]);
  };
  return {
    run: (x, y) => {
      const values: tf.Tensor[] = [];
      for (const [at, node] of nodes.entries()) values.push(tensorOf(node, at, values, x, y));
      return outputs.map((at) => (values[at].size === x.size ? values[at] : tf.broadcastTo(values[at], x.shape)));
    },
    dispose: () => tf.dispose([...constants.values()]),
  };
}

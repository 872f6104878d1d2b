import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, Problem, Vars} from '../../core/problem.ts';
import {evaluation} from '../../numerics/evaluation.ts';
import {onTensors} from '../../numerics/expression/onTensors.ts';
import {toBatch} from '../../numerics/reluNetwork.ts';
import {sizeOfValues, surfaceLayout, surfaceOf} from '../../numerics/surface/surface.ts';

/**
 * J(w) = f(w_1, w_2) for one variable `w`, [2], or [G, 2] for G points at once. A batch adds the mean of its rows to the gradient.
 */
type Point = {readonly w: tf.Tensor};

/** The last axis taken apart: x and y, each without it. */
function coordinates(w: tf.Tensor): readonly [tf.Tensor, tf.Tensor] {
  const [x, y] = tf.unstack(w, w.rank - 1);
  return [x, y];
}

export default function formulate(data: PreparedData): Problem {
  const layout = surfaceLayout(data);
  const surface = surfaceOf(layout.expression);
  const value = onTensors(surface.programs.value);
  const slopes = onTensors(surface.programs.gradient);
  const train = toBatch(data.train, data.d, data.k);
  const noisy = data.train.n > 1;

  const valueAt = (vars: Vars): tf.Tensor => value.run(...coordinates((vars as Point).w))[0];
  /** Rows of the noise, [B, 2], without the constant column. */
  const noiseOf = ({x}: Batch): tf.Tensor2D => tf.slice(x, [0, 0], [-1, 2]);
  const gradient = (vars: Vars, batch: Batch): Vars =>
    tf.tidy(() => {
      const {w} = vars as Point;
      const exact = tf.stack([...slopes.run(...coordinates(w))], w.rank - 1);
      // The mean over all samples is 0; what float32 makes of it need not be.
      return {w: noisy && batch.x.shape[0] < data.train.n ? tf.add(exact, tf.mean(noiseOf(batch), 0)) : exact};
    });
  const init = ({startX, startY}: ParamValues): Vars => {
    const [x, y] = [Number(startX), Number(startY)];
    if (!Number.isFinite(surface.value(x, y))) throw new Error(`the function is undefined or infinite at the start (${x}, ${y}); choose another start`);
    return {w: tf.tensor1d([x, y])};
  };
  return {
    data,
    train,
    test: null,
    scale: sizeOfValues(surface, layout),
    objectives: (points) => tf.tidy(() => valueAt(points) as tf.Tensor1D),
    evaluate: (vars) =>
      tf.tidy(() => {
        const f = tf.reshape(valueAt(vars), [1]);
        return evaluation({losses: f, score: tf.scalar(Number.NaN)}, null, 0, f);
      }),
    predict: (_vars, x) => tf.zeros([x.shape[0], data.k]),
    gradients: {
      init,
      gradient,
      stacks: true,
      decayRate: 0,
      hessian: ([x, y]) => {
        const [xx, xy, yy] = surface.hessian(x, y);
        return Float64Array.of(xx, xy, xy, yy);
      },
      /** The samples' gradients differ by their rows alone. */
      spread: (_vars, batch) =>
        tf.tidy(() => {
          const rows = noiseOf(batch);
          const count = rows.shape[0];
          const squares = tf.sum(tf.square(tf.sub(rows, tf.mean(rows, 0))));
          return tf.div(squares, Math.max(1, count - 1)) as tf.Scalar;
        }),
    },
    dispose: () => {
      value.dispose();
      slopes.dispose();
      tf.dispose([train.x, train.y]);
    },
  };
}

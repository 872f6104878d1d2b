import * as tf from '@tensorflow/tfjs-core';
import type {RetrievalLayout} from '../../core/data.ts';
import type {Scalar, Vars} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {effectiveKeys} from '../../numerics/attention/scaledDot.ts';
import {columnsOf, drawRow, needleLayout, type Question} from '../../numerics/retrieval/rows.ts';
import {losses, outputsOf, type Rows, unpacked, weightsOf} from './attend.ts';
import type {NeedleModel} from './model.ts';

interface Drawn {
  readonly layout: RetrievalLayout;
  readonly count: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** `count` rows with one kind of question; all have so many pairs. */
function drawn(question: Question, pairs: number, count: number): Drawn {
  const layout = needleLayout(pairs);
  const {end} = columnsOf(layout);
  const x = new Float64Array(count * end);
  const y = new Float64Array(count * layout.valueWidth);
  for (let i = 0; i < count; i++) {
    const random = randomStream('needle probe', question, pairs, i);
    drawRow(random, layout, pairs, question, x.subarray(i * end, (i + 1) * end), y.subarray(i * layout.valueWidth, (i + 1) * layout.valueWidth));
  }
  return {layout, count, x: Float32Array.from(x), y: Float32Array.from(y)};
}

const drawAll = () => ({needles: drawn('needle', 32, 256), averages: drawn('average', 32, 256), long: drawn('needle', 512, 128)});

/** Constants of the project, drawn when they are first asked for. */
let constants: ReturnType<typeof drawAll> | null = null;

interface Probe {
  readonly rows: Rows;
  readonly y: tf.Tensor2D;
}

/** Kept, as it is made while a record is measured, inside of the loop's tidy. */
function uploaded({layout, count, x, y}: Drawn): Probe {
  const packed = tf.tensor2d(x, [count, columnsOf(layout).end]);
  const rows = unpacked(packed, layout);
  packed.dispose();
  for (const tensor of Object.values(rows)) tf.keep(tensor);
  return {rows, y: tf.keep(tf.tensor2d(y, [count, layout.valueWidth]))};
}

/** Mean over rows and heads of e^entropy, of weights divided by their sum; 0 where a row of weights vanishes. */
const keysAttended = (weights: tf.Tensor): Scalar =>
  tf.mean(effectiveKeys(tf.div(weights, tf.maximum(tf.sum(weights, -1, true), 1e-30)))) as Scalar;

/**
 * Questions that no training set holds, the same for every experiment, so that contestants on different data compare: needles and
 * averages at 32 pairs, needles at 512.
 */
export class Probes {
  readonly #needles: Probe;
  readonly #averages: Probe;
  readonly #long: Probe;

  constructor() {
    constants ??= drawAll();
    this.#needles = uploaded(constants.needles);
    this.#averages = uploaded(constants.averages);
    this.#long = uploaded(constants.long);
  }

  measures(vars: Vars, model: NeedleModel): Readonly<Record<string, Scalar>> {
    const seen = ({rows, y}: Probe) => {
      const weights = weightsOf(vars, rows, model);
      return {loss: tf.mean(losses(outputsOf(vars, rows, weights), y)) as Scalar, weights};
    };
    const needles = seen(this.#needles);
    const averages = seen(this.#averages);
    return {
      needleLoss: needles.loss,
      averageLoss: averages.loss,
      longNeedleLoss: seen(this.#long).loss,
      needleKeys: keysAttended(needles.weights),
      averageKeys: keysAttended(averages.weights),
    };
  }

  dispose(): void {
    for (const {rows, y} of [this.#needles, this.#averages, this.#long]) tf.dispose([y, {...rows}]);
  }
}

import type {MakeProblemSpec} from '../core/plugin.ts';
import {binaryLeastSquares} from './binary-least-squares/spec.ts';
import {binaryNetwork} from './binary-network/spec.ts';
import {gatedRelu} from './gated-relu/spec.ts';
import {robustRelu} from './robust-relu/spec.ts';
import {thresholdNetwork} from './threshold-network/spec.ts';
import {twoLayerRelu} from './two-layer-relu/spec.ts';

/** Every problem, one line each; the order is the menu's. */
export const PROBLEMS: readonly MakeProblemSpec[] = [
  twoLayerRelu,
  gatedRelu,
  thresholdNetwork,
  robustRelu,
  binaryNetwork,
  binaryLeastSquares,
];

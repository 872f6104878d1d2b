import type {MakeProblemSpec} from '../core/plugin.ts';
import {binaryLeastSquares} from './binary-least-squares/spec.ts';
import {binaryNetwork} from './binary-network/spec.ts';
import {gatedRelu} from './gated-relu/spec.ts';
import {mlpClassifier} from './mlp-classifier/spec.ts';
import {needleAttention} from './needle-attention/spec.ts';
import {robustRelu} from './robust-relu/spec.ts';
import {surface} from './surface/spec.ts';
import {thresholdNetwork} from './threshold-network/spec.ts';
import {transformer} from './transformer/spec.ts';
import {twoLayerRelu} from './two-layer-relu/spec.ts';

/** Every problem, one line each; the order is the menu's. */
export const PROBLEMS: readonly MakeProblemSpec[] = [
  twoLayerRelu,
  gatedRelu,
  thresholdNetwork,
  robustRelu,
  binaryNetwork,
  binaryLeastSquares,
  mlpClassifier,
  transformer,
  needleAttention,
  surface,
];

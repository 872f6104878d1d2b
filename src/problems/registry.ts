import type {MakeProblemSpec} from '../core/plugin.ts';
import {twoLayerRelu} from './two-layer-relu/spec.ts';

/** Every problem, one line each; the order is the menu's. */
export const PROBLEMS: readonly MakeProblemSpec[] = [
  twoLayerRelu,
];

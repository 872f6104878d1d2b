import type {LossSpec} from '../core/plugin.ts';
import {crossEntropy} from './cross-entropy/spec.ts';
import {hinge} from './hinge/spec.ts';
import {logistic} from './logistic/spec.ts';
import {squared} from './squared/spec.ts';

/** Every loss, one line each; the order is the menu's. */
export const LOSSES: readonly LossSpec[] = [
  squared,
  logistic,
  hinge,
  crossEntropy,
];

import type {SolverSpec} from '../core/plugin.ts';
import {adagradNorm} from './adagrad-norm/spec.ts';
import {adam} from './adam/spec.ts';
import {adamw} from './adamw/spec.ts';
import {binaryConnect} from './binary-connect/spec.ts';
import {burerMonteiro} from './burer-monteiro/spec.ts';
import {convexAdmm} from './convex-admm/spec.ts';
import {convexAdversarial} from './convex-adversarial/spec.ts';
import {lamb} from './lamb/spec.ts';
import {lars} from './lars/spec.ts';
import {lowRankSampling} from './low-rank-sampling/spec.ts';
import {meanField} from './mean-field/spec.ts';
import {mixing} from './mixing/spec.ts';
import {momentum} from './momentum/spec.ts';
import {nesterov} from './nesterov/spec.ts';
import {newton} from './newton/spec.ts';
import {randomFeatures} from './random-features/spec.ts';
import {riemannian} from './riemannian/spec.ts';
import {rmsprop} from './rmsprop/spec.ts';
import {sgd} from './sgd/spec.ts';
import {straightThrough} from './straight-through/spec.ts';
import {thresholdLasso} from './threshold-lasso/spec.ts';

/** Every solver, one line each; the order is the menu's. */
export const SOLVERS: readonly SolverSpec[] = [
  sgd,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw,
  lars,
  lamb,
  adagradNorm,
  newton,
  convexAdmm,
  randomFeatures,
  thresholdLasso,
  convexAdversarial,
  straightThrough,
  binaryConnect,
  burerMonteiro,
  meanField,
  mixing,
  riemannian,
  lowRankSampling,
];

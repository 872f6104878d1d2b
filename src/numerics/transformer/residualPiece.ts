import * as tf from '@tensorflow/tfjs-core';
import {assertNever} from '../../core/result.ts';
import {stepped} from '../normalisation/residual.ts';
import type {NormTrace} from '../normalisation/rows.ts';
import type {Design} from './design.ts';
import {normPiece, type Piece, tidied} from './traced.ts';

interface ResidualTrace<T> {
  readonly f: T;
  readonly inner?: NormTrace;
  readonly outer?: NormTrace;
}

const scaled = (step: number, dy: tf.Tensor2D): tf.Tensor2D => (step === 1 ? dy : tf.mul(dy, step));

/**
 * A sublayer f with its residual connection and norms, as in normalisation/residual.ts:
 * none x + dt f(x); pre x + dt f(N(x)); post N(x + dt f(x)); peri x + dt N_out(f(N(x))).
 * @param suffix of the norms' names: A or M, and the layer
 */
export function residualPiece<T>({placement, norm, step}: Pick<Design, 'placement' | 'norm' | 'step'>, suffix: string, f: Piece<T>): Piece<ResidualTrace<T>> {
  const inner = normPiece(norm, `gain${suffix}`, `shift${suffix}`);
  const outer = normPiece(norm, `outerGain${suffix}`, `outerShift${suffix}`);
  switch (placement) {
    case 'none':
      return tidied(bare(step, f));
    case 'pre':
      return tidied(before(step, f, inner));
    case 'post':
      return tidied(after(step, f, inner));
    case 'peri':
      return tidied(around(step, f, inner, outer));
    default:
      return assertNever(placement);
  }
}

type Norm = Piece<NormTrace>;
type Block<T> = Piece<ResidualTrace<T>>;

/** A trace has the norms that its placement has. */
const held = (trace: NormTrace | undefined): NormTrace => trace as NormTrace;

const bare = <T>(step: number, f: Piece<T>): Block<T> => ({
  forward(x, vars) {
    const {value, trace} = f.forward(x, vars);
    return {value: stepped(x, step, value) as tf.Tensor2D, trace: {f: trace}};
  },
  pullback(dy, trace, vars) {
    const {x, gradient} = f.pullback(scaled(step, dy), trace.f, vars);
    return {x: tf.add(dy, x), gradient};
  },
});

const before = <T>(step: number, f: Piece<T>, norm: Norm): Block<T> => ({
  forward(x, vars) {
    const n = norm.forward(x, vars);
    const {value, trace} = f.forward(n.value, vars);
    return {value: stepped(x, step, value) as tf.Tensor2D, trace: {f: trace, inner: n.trace}};
  },
  pullback(dy, trace, vars) {
    const d = f.pullback(scaled(step, dy), trace.f, vars);
    const {x, gradient} = norm.pullback(d.x, held(trace.inner), vars);
    return {x: tf.add(dy, x), gradient: {...d.gradient, ...gradient}};
  },
});

const after = <T>(step: number, f: Piece<T>, norm: Norm): Block<T> => ({
  forward(x, vars) {
    const {value, trace} = f.forward(x, vars);
    const n = norm.forward(stepped(x, step, value) as tf.Tensor2D, vars);
    return {value: n.value, trace: {f: trace, inner: n.trace}};
  },
  pullback(dy, trace, vars) {
    const {x: du, gradient} = norm.pullback(dy, held(trace.inner), vars);
    const d = f.pullback(scaled(step, du), trace.f, vars);
    return {x: tf.add(du, d.x), gradient: {...d.gradient, ...gradient}};
  },
});

const around = <T>(step: number, f: Piece<T>, norm: Norm, outer: Norm): Block<T> => ({
  forward(x, vars) {
    const n = norm.forward(x, vars);
    const {value, trace} = f.forward(n.value, vars);
    const o = outer.forward(value, vars);
    return {value: stepped(x, step, o.value) as tf.Tensor2D, trace: {f: trace, inner: n.trace, outer: o.trace}};
  },
  pullback(dy, trace, vars) {
    const out = outer.pullback(scaled(step, dy), held(trace.outer), vars);
    const d = f.pullback(out.x, trace.f, vars);
    const {x, gradient} = norm.pullback(d.x, held(trace.inner), vars);
    return {x: tf.add(dy, x), gradient: {...d.gradient, ...gradient, ...out.gradient}};
  },
});

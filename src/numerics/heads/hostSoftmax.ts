/**
 * Four ways to a softmax in float32 on the host, every operation rounded, for showing what each does to large logits. (Training
 * uses `softmax.ts`.) Milakov and Gimelshein (2018) for online, Dukhan and Ablavatski (2020) for two-pass.
 */

const f = Math.fround;

/** e^z / sum e^z as written: overflows from 89 on, and 0/0 where all logits are below -104. */
export function naiveSoftmax(z: ArrayLike<number>): Float32Array {
  const e = Float32Array.from(z, (value) => Math.exp(f(value)));
  let sum = 0;
  for (const value of e) sum = f(sum + value);
  return e.map((value) => value / sum);
}

/** Maximum, then the sum of e^{z - max}, then the quotients: three passes over z. */
export function threePassSoftmax(z: ArrayLike<number>): Float32Array {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < z.length; i++) top = Math.max(top, f(z[i]));
  const e = Float32Array.from(z, (value) => Math.exp(f(f(value) - top)));
  let sum = 0;
  for (const value of e) sum = f(sum + value);
  return e.map((value) => value / sum);
}

/** m 2^n with m of moderate size: a float32 with an exponent of its own that cannot overflow. */
interface Extended {
  readonly mantissa: number;
  readonly exponent: number;
}

/** ln 2 in two parts, the first with so few digits that n times it is exact; z - n LN2_HIGH is rounded once, like a fused multiply-add. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.428606765330187e-6;

/** e^z = m 2^n with n = round(z / ln 2) and m = e^{z - n ln 2} in [0.7, 1.42]. */
function extendedExp(z: number): Extended {
  const exponent = Math.round(z * Math.LOG2E);
  const rest = f(f(z - exponent * LN2_HIGH) - f(exponent * LN2_LOW));
  return {mantissa: f(Math.exp(rest)), exponent};
}

/** Sum of two extended numbers at the larger exponent. */
function aligned(a: Extended, b: Extended): Extended {
  const exponent = Math.max(a.exponent, b.exponent);
  const part = ({mantissa, exponent: own}: Extended): number => f(mantissa * 2 ** (own - exponent));
  return {mantissa: f(part(a) + part(b)), exponent};
}

/** The sum of mantissas and exponents, then the quotients: no maximum is looked for, two passes over z. */
export function twoPassSoftmax(z: ArrayLike<number>): Float32Array {
  let sum: Extended = {mantissa: 0, exponent: Number.MIN_SAFE_INTEGER};
  for (let i = 0; i < z.length; i++) sum = aligned(sum, extendedExp(f(z[i])));
  return Float32Array.from(z, (value) => {
    const {mantissa, exponent} = extendedExp(f(value));
    return f(mantissa / sum.mantissa) * 2 ** (exponent - sum.exponent);
  });
}

/** One pass keeps the maximum so far and the sum relative to it, rescaled whenever the maximum rises; a second gives the quotients. */
export function onlineSoftmax(z: ArrayLike<number>): Float32Array {
  let top = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < z.length; i++) {
    const value = f(z[i]);
    const next = Math.max(top, value);
    sum = f(f(sum * f(Math.exp(f(top - next)))) + f(Math.exp(f(value - next))));
    top = next;
  }
  return Float32Array.from(z, (value) => f(Math.exp(f(f(value) - top))) / sum);
}

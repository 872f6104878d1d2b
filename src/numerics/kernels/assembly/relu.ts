/**
 * Training steps of a two-layer ReLU network with one output, in float32 SIMD. AssemblyScript: compiled to
 * WebAssembly by scripts/assemblyScript.mjs, not part of the TypeScript program.
 *
 * Hidden weights are stored by input, [d][mp], with the neurons padded to mp, a multiple of four, so that four
 * neurons share every instruction and no horizontal sum is needed until the output. Padded neurons are zero and stay
 * zero. All addresses are byte offsets into linear memory, laid out by the host (reluKernel.ts).
 */

const SQUARED: i32 = 0;
const LOGISTIC: i32 = 1;

/** The derivative of a loss in the output f. */
// @ts-ignore: decorator
@inline
function slope(loss: i32, f: f32, y: f32): f32 {
  if (loss == SQUARED) return f - y;
  if (loss == LOGISTIC) return -y / (1 + Mathf.exp(y * f));
  return y * f < 1 ? -y : 0;
}

/**
 * Gradient of the mean loss over rows order[start .. start + count) into (gu, ga), which are overwritten.
 * x: [n][d], y: [n], u and gu: [d][mp], alpha, ga and h: [mp].
 */
export function gradient(
  x: usize, y: usize, order: usize, start: i32, count: i32, d: i32, mp: i32,
  u: usize, alpha: usize, gu: usize, ga: usize, h: usize, loss: i32,
): void {
  const stride = <usize>mp << 2;
  memory.fill(gu, 0, stride * <usize>d);
  memory.fill(ga, 0, stride);
  const scale: f32 = 1 / <f32>count;
  for (let b = start; b < start + count; b++) {
    const row = load<i32>(order + (<usize>b << 2));
    const xi = x + ((<usize>row * <usize>d) << 2);
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < stride; j += 16) {
      let z = f32x4.splat(0);
      let at = u + j;
      for (let c: usize = 0; c < <usize>d; c++) {
        z = f32x4.add(z, f32x4.mul(v128.load32_splat(xi + (c << 2)), v128.load(at)));
        at += stride;
      }
      z = f32x4.max(z, f32x4.splat(0));
      v128.store(h + j, z);
      sum = f32x4.add(sum, f32x4.mul(v128.load(alpha + j), z));
    }
    const f = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
    const g = scale * slope(loss, f, load<f32>(y + (<usize>row << 2)));
    if (g == 0) continue;
    const gs = f32x4.splat(g);
    for (let j: usize = 0; j < stride; j += 16) {
      const z = v128.load(h + j);
      v128.store(ga + j, f32x4.add(v128.load(ga + j), f32x4.mul(gs, z)));
      const back = v128.and(f32x4.mul(gs, v128.load(alpha + j)), f32x4.gt(z, f32x4.splat(0)));
      let at = gu + j;
      for (let c: usize = 0; c < <usize>d; c++) {
        v128.store(at, f32x4.add(v128.load(at), f32x4.mul(v128.load32_splat(xi + (c << 2)), back)));
        at += stride;
      }
    }
  }
}

/** g += decay * w over `bytes` bytes (a multiple of 16), the penalty's gradient. */
export function addDecay(w: usize, g: usize, bytes: i32, decay: f32): void {
  const s = f32x4.splat(decay);
  for (let i: usize = 0; i < <usize>bytes; i += 16) v128.store(g + i, f32x4.add(v128.load(g + i), f32x4.mul(s, v128.load(w + i))));
}

/** w <- keep w - rate g. */
export function sgd(w: usize, g: usize, bytes: i32, rate: f32): void {
  const r = f32x4.splat(rate);
  for (let i: usize = 0; i < <usize>bytes; i += 16) v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.mul(r, v128.load(g + i))));
}

/** v <- mu v + g;  w <- w - rate (lookAhead ? g + mu v : v). */
export function momentum(w: usize, g: usize, v: usize, bytes: i32, rate: f32, mu: f32, lookAhead: i32): void {
  const r = f32x4.splat(rate);
  const m = f32x4.splat(mu);
  for (let i: usize = 0; i < <usize>bytes; i += 16) {
    const gi = v128.load(g + i);
    const vi = f32x4.add(f32x4.mul(m, v128.load(v + i)), gi);
    v128.store(v + i, vi);
    const direction = lookAhead ? f32x4.add(gi, f32x4.mul(m, vi)) : vi;
    v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.mul(r, direction)));
  }
}

/** s <- decay s + (1 - decay) g^2;  w <- w - rate g / (sqrt(s) + epsilon). */
export function rmsprop(w: usize, g: usize, s: usize, bytes: i32, rate: f32, decay: f32, epsilon: f32): void {
  const r = f32x4.splat(rate);
  const old = f32x4.splat(decay);
  const fresh = f32x4.splat(1 - decay);
  const e = f32x4.splat(epsilon);
  for (let i: usize = 0; i < <usize>bytes; i += 16) {
    const gi = v128.load(g + i);
    const si = f32x4.add(f32x4.mul(old, v128.load(s + i)), f32x4.mul(fresh, f32x4.mul(gi, gi)));
    v128.store(s + i, si);
    v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.div(f32x4.mul(r, gi), f32x4.add(f32x4.sqrt(si), e))));
  }
}

/**
 * m <- beta1 m + (1 - beta1) g;  s <- beta2 s + (1 - beta2) g^2;
 * w <- keep w - rate (m c1) / (sqrt(s c2) + epsilon), with the corrections c = 1 / (1 - beta^t).
 */
export function adam(
  w: usize, g: usize, m: usize, s: usize, bytes: i32, rate: f32, beta1: f32, beta2: f32, c1: f32, c2: f32, epsilon: f32, keep: f32,
): void {
  const b1 = f32x4.splat(beta1);
  const a1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2);
  const a2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate * c1);
  const correction = f32x4.splat(c2);
  const e = f32x4.splat(epsilon);
  const k = f32x4.splat(keep);
  for (let i: usize = 0; i < <usize>bytes; i += 16) {
    const gi = v128.load(g + i);
    const mi = f32x4.add(f32x4.mul(b1, v128.load(m + i)), f32x4.mul(a1, gi));
    const si = f32x4.add(f32x4.mul(b2, v128.load(s + i)), f32x4.mul(a2, f32x4.mul(gi, gi)));
    v128.store(m + i, mi);
    v128.store(s + i, si);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(correction, si)), e);
    v128.store(w + i, f32x4.sub(f32x4.mul(k, v128.load(w + i)), f32x4.div(f32x4.mul(step, mi), root)));
  }
}

/** Where the host may lay out its arrays: after the static data. */
export function heapBase(): usize {
  return __heap_base;
}

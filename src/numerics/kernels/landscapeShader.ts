import type {LossShader} from '../../core/hostProblem.ts';

/** Outputs that a worker can keep for four points in registers. */
export const MOST_OUTPUTS = 32;

/**
 * Two functions to a few units in the last place. WGSL lets its own log err by 2^-21 between 1/2 and 2, where small losses lie, and its
 * exp by 3 + 2|x| units.
 *
 *   e^-x = 2^-t e^r,  x = t ln 2 - r,  |r| <= ln(2)/2            (ln 2 in two parts; Taylor's series to r^7)
 *   log(1 + e) = 2 artanh(e / (2 + e))                           (series to the 13th power, for e <= 1)
 */
const EXACT_ENOUGH = `
    fn expOfMinus(x : vec4<f32>) -> vec4<f32> {
      let s = min(x, vec4<f32>(87.0));
      let t = round(s * 1.4426950408889634);
      let r = (t * 0.693359375 - s) - t * 2.12194440054690582e-4;
      let p = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0))))));
      return p * bitcast<vec4<f32>>((vec4<i32>(127) - vec4<i32>(t)) << vec4<u32>(23u));
    }

    fn logOfOnePlus(e : vec4<f32>) -> vec4<f32> {
      let s = e / (2.0 + e);
      let q = s * s;
      let series = 1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0)))));
      return select(log(1.0 + e), 2.0 * s * series, e <= vec4<f32>(1.0));
    }`;

/**
 * WGSL for the summed loss of two-layer ReLU networks with k outputs over a plane (`GridProgram.source`). For m neurons and n samples,
 * `z` holds pre-activations (m x n x 3), `alpha` output weights (m x k x 3), each as its values at the grid's middle and for a step along
 * its two sides, and `y` targets (n x k). A worker takes every LANES-th sample at four points of a row.
 */
export const landscapeShader = (loss: LossShader, k: number): string => `
    const K = ${k}u;
    ${EXACT_ENOUGH}
    ${loss.source}

    fn share(lane : u32, a : vec4<f32>, b : f32) -> vec4<f32> {
      let n = arrayLength(&y) / K;
      let m = arrayLength(&alpha) / (3u * K);
      var total = vec4<f32>(0.0);
      for (var i = lane; i < n; i += LANES) {
        // Zeroed by hand: seen to keep its values from the sample before where it was only declared.
        var f : array<vec4<f32>, K>;
        for (var c = 0u; c < K; c++) { f[c] = vec4<f32>(0.0); }
        for (var j = 0u; j < m; j++) {
          let at = 3u * (j * n + i);
          let h = max((z[at] + b * z[at + 2u]) + a * z[at + 1u], vec4<f32>(0.0));
          for (var c = 0u; c < K; c++) {
            let w = 3u * (j * K + c);
            f[c] += ((alpha[w] + b * alpha[w + 2u]) + a * alpha[w + 1u]) * h;
          }
        }
        total += loss(f, i);
      }
      return total;
    }`;

/** Multiply-adds of `landscapeShader` a point. */
export const landscapeWork = (n: number, m: number, k: number): number => 3 * n * m * (1 + k);

import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {nystromAttention, softAttention, stridedLandmarks} from '../../src/numerics/attention/gaussian.ts';
import {attention as softmaxAttention} from '../../src/numerics/attention/scaledDot.ts';
import type {Section} from './section.ts';
import {median, ratio, show, table} from './table.ts';

const WIDTH = 16;
const LANDMARKS = 32;
const REPEATS = 5;

const normals = (n: number, width: number, ...keys: readonly (number | string)[]): tf.Tensor2D => {
  const random = randomStream('bench attention', ...keys);
  return tf.tensor2d(Float32Array.from({length: n * width}, () => random.normal()), [n, width]);
};

/** Milliseconds of one call, read-back of a number included: the median of five after one to warm up. */
async function milliseconds(call: () => tf.Tensor): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= REPEATS; i++) {
    const from = performance.now();
    const sum = tf.tidy(() => tf.sum(call()));
    await sum.data();
    sum.dispose();
    if (i > 0) times.push(performance.now() - from);
  }
  return median(times);
}

/** Self-attention of n tokens without a mask: softmax, SOFT's full Gaussian kernel, and SOFT by 32 landmarks. */
async function times(lengths: readonly number[]): Promise<void> {
  const rows: string[][] = [];
  for (const n of lengths) {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => normals(n, WIDTH, name, n));
    const landmarks = stridedLandmarks(n, LANDMARKS);
    const full = await milliseconds(() => softmaxAttention({q, k, v}, null));
    const soft = await milliseconds(() => softAttention(q, v, 'none'));
    const nystrom = await milliseconds(() => nystromAttention(q, v, landmarks));
    rows.push([String(n), show(full), show(soft), show(nystrom), ratio(full, nystrom), ratio(soft, nystrom)]);
    tf.dispose([q, k, v, landmarks]);
  }
  console.log(`Milliseconds of self-attention forward, width ${WIDTH}, one head, ${tf.getBackend()}:`);
  console.log(table(['tokens', 'softmax', 'SOFT', `Nystrom ${LANDMARKS}`, 'softmax/Nystrom', 'SOFT/Nystrom'], rows));
}

/** The specification's tokens are not described; normal ones fall as its errors do in about six dimensions. */
const ERROR_WIDTH = 6;

/** What landmarks cost: |S V - approximation| / |S V| at n = 128, the median of three draws, beside the specification's. */
async function errors(): Promise<void> {
  const rows: string[][] = [];
  for (const [m, expected] of [[8, 0.68], [16, 0.47], [32, 0.27], [64, 0.11]] as const) {
    const found: number[] = [];
    for (const seed of [1, 2, 3]) {
      const relative = tf.tidy(() => {
        const q = normals(128, ERROR_WIDTH, 'q', seed);
        const v = normals(128, WIDTH, 'v', seed);
        const exact = softAttention(q, v, 'none');
        return tf.div(tf.norm(tf.sub(nystromAttention(q, v, stridedLandmarks(128, m)), exact)), tf.norm(exact));
      });
      found.push((await relative.data())[0]);
      relative.dispose();
    }
    rows.push([String(m), show(median(found)), String(expected)]);
  }
  console.log('\nRelative error of SOFT by strided landmarks, 128 normal tokens of width 6:');
  console.log(table(['landmarks', 'error', 'specification'], rows));
}

export const attention: Section = async ({quick}) => {
  prepareNodeBackends();
  await tf.setBackend('wasm');
  await times(quick ? [256, 512, 1024] : [256, 512, 1024, 2048, 4096]);
  await errors();
};

import type {BackendName, BackendReport, BackendRequest} from '../core/protocol.ts';
import {tf} from './tf.ts';

const TITLES: Readonly<Record<BackendName, string>> = {webgpu: 'WebGPU', wasm: 'WASM', cpu: 'plain JavaScript'};

/**
 * A gradient worked out by hand: f = relu(X U') alpha, loss 1/2 |f - y|^2. Some drivers compute wrong
 * gradients without an error, so a backend that misses these numbers is not used.
 */
async function gradientIsRight(): Promise<boolean> {
  const [x, u, alpha, y] = tf.tidy(() => [
    tf.tensor2d([[1, 2], [-1, 3]]), tf.tensor2d([[1, -1], [0.5, 1]]), tf.tensor2d([[2], [-1]]), tf.tensor2d([[1], [-2]]),
  ]);
  const loss = (w: tf.Tensor, a: tf.Tensor): tf.Scalar => {
    const f = tf.matMul(tf.relu(tf.matMul(x, w, false, true)), a);
    return tf.mul(0.5, tf.sum(tf.square(tf.sub(f, y)))) as tf.Scalar;
  };
  const gradients = tf.grads(loss)([u, alpha]);
  const values = await Promise.all(gradients.map((gradient) => gradient.data()));
  tf.dispose([x, u, alpha, y, ...gradients]);
  const expected = [[0, 0, 3, 8.5], [0, -10]];
  return expected.every((row, i) => row.every((value, j) => Math.abs(value - values[i][j]) < 1e-4));
}

interface Adapter {
  readonly name: string;
  readonly software: boolean;
}

async function findAdapter(): Promise<Adapter | null> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return null;
  const {description, vendor, architecture, isFallbackAdapter} = adapter.info;
  return {name: description || [vendor, architecture].filter(Boolean).join(' ') || 'GPU', software: isFallbackAdapter};
}

/** The order of trials: a forced backend first, then the rest; a software GPU only when forced. */
function order(request: BackendRequest, adapter: Adapter | null): readonly BackendName[] {
  const usual: readonly BackendName[] = adapter && !adapter.software ? ['webgpu', 'wasm', 'cpu'] : ['wasm', 'cpu'];
  return request === 'auto' ? usual : [request, ...usual.filter((name) => name !== request)];
}

/** Why the trial of a backend failed, or null when it is up and checked. */
async function trial(name: BackendName, adapter: Adapter | null): Promise<string | null> {
  if (name === 'webgpu' && !adapter) return 'no GPU adapter was found';
  try {
    if (!(await tf.setBackend(name))) return 'it did not start';
    await tf.ready();
    return (await gradientIsRight()) ? null : 'its gradients are wrong on this machine';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Starts the first backend that works, WebGPU -> WASM -> CPU, and says which and why. */
export async function chooseBackend(request: BackendRequest, exclude: readonly BackendName[]): Promise<BackendReport> {
  const adapter = exclude.includes('webgpu') ? null : await findAdapter();
  const said: string[] = [];
  if (exclude.length > 0) said.push(`Lost during the session: ${exclude.map((name) => TITLES[name]).join(' and ')}.`);
  else if (!adapter) said.push('No GPU adapter was found.');
  else if (adapter.software && request !== 'webgpu') said.push(`The only GPU adapter (${adapter.name}) is a slow software one.`);
  for (const name of order(request, adapter)) {
    if (exclude.includes(name)) continue;
    const fault = await trial(name, adapter);
    if (fault === null) {
      const chosen = request === name ? `You asked for ${TITLES[name]}` : `${TITLES[name]} is the first choice that works here`;
      const device = name === 'webgpu' && adapter ? adapter.name : 'processor';
      return {backend: name, device, reason: [...said, `${chosen}; its start-up gradient check passed.`].join(' ')};
    }
    said.push(`Tried ${TITLES[name]}: ${fault}.`);
  }
  throw new Error(`no backend works here. ${said.join(' ')}`);
}

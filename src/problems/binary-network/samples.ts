import * as tf from '@tensorflow/tfjs-core';
import type {Vars} from '../../core/problem.ts';
import {LAYERS, layerShapes, muOf, noiseOf, type NetModel, zOf} from '../../numerics/binary/netModel.ts';
import {SAMPLES, sampleDraws} from '../../numerics/binary/netSamples.ts';
import {type Nets, signs} from './forward.ts';

/** Normal numbers of all samples: r [neurons, SAMPLES, rank] and e [SAMPLES, out, in] for each layer. */
interface Draws {
  readonly r: Readonly<Record<string, tf.Tensor3D>>;
  readonly e: Readonly<Record<string, tf.Tensor3D>>;
}

function drawn(model: NetModel, rank: number, noise: boolean): Draws {
  const draws = sampleDraws(model, SAMPLES, rank, noise);
  const neurons = model.hidden + model.outputs;
  const r: Record<string, tf.Tensor3D> = {};
  const e: Record<string, tf.Tensor3D> = {};
  let neuron = 0;
  let weight = 0;
  for (const [layer, [out, width]] of Object.entries(layerShapes(model))) {
    if (rank > 0) {
      const first = neuron;
      const values = Float32Array.from({length: out * SAMPLES * rank}, (_, at) => {
        const [o, s, c] = [Math.floor(at / (SAMPLES * rank)), Math.floor(at / rank) % SAMPLES, at % rank];
        return draws[s].r[c * neurons + first + o];
      });
      r[layer] = tf.keep(tf.tensor3d(values, [out, SAMPLES, rank]));
    }
    if (noise) {
      const values = new Float32Array(SAMPLES * out * width);
      for (const [s, draw] of draws.entries()) values.set(draw.e.subarray(weight, weight + out * width), s * out * width);
      e[layer] = tf.keep(tf.tensor3d(values, [SAMPLES, out, width]));
    }
    neuron += out;
    weight += out * width;
  }
  return {r, e};
}

/** a of all samples of a layer, [SAMPLES, out, in]. */
function sampledRows(vars: Vars, layer: string, {r, e}: Draws): tf.Tensor3D {
  const mu = vars[muOf(layer)];
  const [out, width] = mu.shape;
  const z = vars[zOf(layer)];
  // One product for each neuron: its rows of Z with its draws of all samples.
  const shared = z ? tf.transpose(tf.matMul(r[layer], tf.transpose(z, [1, 0, 2]) as tf.Tensor3D), [1, 0, 2]) : tf.zeros([SAMPLES, out, width]);
  const a = tf.add(mu, shared);
  const noise = vars[noiseOf(layer)];
  return (noise ? tf.add(a, tf.mul(noise, e[layer])) : a) as tf.Tensor3D;
}

/** sign(mu), then SAMPLES sampled networks of a distribution: the same draws as on the host (netSamples.ts). */
export class Sampler {
  readonly #model: NetModel;
  #draws: {readonly key: string; readonly draws: Draws} | null = null;

  constructor(model: NetModel) {
    this.#model = model;
  }

  nets(vars: Vars, real: Vars): Nets {
    const draws = this.#drawsFor(vars);
    const isRandom = Object.keys(draws.r).length + Object.keys(draws.e).length > 0;
    const [w1, w2] = LAYERS.map((layer) => {
      const mu = tf.expandDims(vars[muOf(layer)], 0) as tf.Tensor3D;
      return signs(isRandom ? tf.concat([mu, sampledRows(vars, layer, draws)], 0) : mu);
    });
    const count = w1.shape[0];
    return {w1, w2, real: Object.fromEntries(Object.entries(real).map(([name, one]) => [name, tf.tile(tf.expandDims(one, 0), [count, 1])]))};
  }

  dispose(): void {
    if (this.#draws) tf.dispose([...Object.values(this.#draws.draws.r), ...Object.values(this.#draws.draws.e)]);
    this.#draws = null;
  }

  /** Kept from record to record; a problem meets one kind of distribution at a time. */
  #drawsFor(vars: Vars): Draws {
    const rank = vars[zOf('hidden')]?.shape[0] ?? 0;
    const noise = vars[noiseOf('hidden')] !== undefined;
    const key = `${rank} ${noise}`;
    if (this.#draws?.key !== key) {
      this.dispose();
      this.#draws = {key, draws: drawn(this.#model, rank, noise)};
    }
    return this.#draws.draws;
  }
}

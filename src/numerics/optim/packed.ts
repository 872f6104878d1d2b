import * as tf from '@tensorflow/tfjs-core';
import type {Vars} from '../../core/problem.ts';

/** Up to this many variables an update goes one by one: putting them together and apart costs a little too. */
const MOST_APART = 8;

/** All weights as one vector, and all biases, gains and shifts as another. */
const PACKS = ['weights', 'biases'] as const;

export interface Packing {
  /** Variables as few vectors; their names are the packs'. */
  pack(vars: Vars): Vars;
  /** The variables again, in their own shapes and order. */
  unpack(packs: Vars): Vars;
  /** Whether a pack (or a variable left alone) is of biases. */
  isBias(name: string): boolean;
}

/**
 * Where a network has many small variables, calls weigh more than numbers: thirteen operations an update, for each of a hundred
 * variables. Rules that treat entries one by one take them all as one vector instead, with equal results.
 * @param biases names of biases, gains and shifts
 * @param elementwise whether the rule treats entries one by one
 */
export function packingOf(vars: Vars, biases: readonly string[], elementwise: boolean): Packing {
  const names = Object.keys(vars);
  const free = new Set(biases);
  if (!elementwise || names.length <= MOST_APART) return {pack: (all) => all, unpack: (all) => all, isBias: (name) => free.has(name)};
  const members = {weights: names.filter((name) => !free.has(name)), biases: names.filter((name) => free.has(name))};
  const present = PACKS.filter((pack) => members[pack].length > 0);
  return {
    pack: (all) => Object.fromEntries(present.map((pack) => [pack, tf.concat(members[pack].map((name) => tf.reshape(all[name], [-1])))])),
    unpack(packs) {
      const apart: Record<string, tf.Tensor> = {};
      for (const pack of present) {
        let at = 0;
        for (const name of members[pack]) {
          const {size, shape} = vars[name];
          apart[name] = tf.reshape(tf.slice(packs[pack], [at], [size]), shape);
          at += size;
        }
      }
      return Object.fromEntries(names.map((name) => [name, apart[name]]));
    },
    isBias: (name) => name === 'biases',
  };
}

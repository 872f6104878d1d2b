/**
 * Counter-based randomness: every draw is a function of (seed, stream, index), so a mini-batch or a
 * replayed run never depends on what was drawn before it. The mixer is the 32-bit finaliser with
 * the constants of C. Wellons' hash prospector ("lowbias32"); quality is checked in tests.
 */
const mix = (value: number): number => {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
};

/** Folds keys into one 32-bit word; strings are hashed by their UTF-16 units. */
function foldKeys(keys: readonly (number | string)[]): number {
  let word = 0x9e3779b9;
  for (const key of keys) {
    if (typeof key === 'number') {
      word = mix((word ^ (key >>> 0)) + 0x85ebca6b);
      word = mix(word ^ Math.floor(key / 2 ** 32));
    } else {
      for (let i = 0; i < key.length; i++) word = mix((word ^ key.charCodeAt(i)) + 0xc2b2ae35);
      word = mix(word + key.length);
    }
  }
  return word;
}

export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal, by Box and Muller's transform. */
  normal(): number;
  /** Uniform integer in 0..n-1. */
  below(n: number): number;
  /** Uniform permutation of 0..n-1 (Fisher-Yates). */
  permutation(n: number): Int32Array;
}

/** A stream keyed by the experiment's seed and a name, e.g. `randomStream(seed, 'batches', epoch)`. */
export function randomStream(...keys: readonly (number | string)[]): RandomStream {
  const low = foldKeys(keys);
  const high = mix(low ^ 0x5bf03635);
  let counter = 0;
  let spare: number | undefined;

  const word = (): number => {
    counter = (counter + 1) >>> 0;
    return mix(mix(counter ^ low) + high);
  };
  const uniform = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const below = (n: number): number => Math.floor(uniform() * n);
  const permutation = (n: number): Int32Array => {
    const order = Int32Array.from({length: n}, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = below(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  };
  return {uniform, normal, below, permutation};
}

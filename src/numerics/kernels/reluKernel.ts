import bytes from './assembly/relu.ts?asc';

/** What assembly/relu.ts exports; addresses are byte offsets. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  gradient(
    x: number, y: number, order: number, start: number, count: number, d: number, mp: number,
    u: number, alpha: number, gu: number, ga: number, h: number, loss: number,
  ): void;
  addDecay(w: number, g: number, bytes: number, decay: number): void;
  sgd(w: number, g: number, bytes: number, rate: number): void;
  momentum(w: number, g: number, v: number, bytes: number, rate: number, mu: number, lookAhead: number): void;
  rmsprop(w: number, g: number, s: number, bytes: number, rate: number, decay: number, epsilon: number): void;
  adam(
    w: number, g: number, m: number, s: number, bytes: number, rate: number, beta1: number, beta2: number,
    c1: number, c2: number, epsilon: number, keep: number,
  ): void;
}

/** The losses that the kernels know, with the SIMD kernel's numbers for them. */
const LOSS_NUMBERS = {squared: 0, logistic: 1, hinge: 2} as const;
export type KernelLoss = keyof typeof LOSS_NUMBERS;
export const isKernelLoss = (id: string): id is KernelLoss => Object.hasOwn(LOSS_NUMBERS, id);

export interface KernelData {
  readonly n: number;
  /** Columns, the constant included. */
  readonly d: number;
  /** n x d. */
  readonly x: ArrayLike<number>;
  /** n targets. */
  readonly y: ArrayLike<number>;
}

/** A network, row-major: u [m, d], alpha [m]. */
export interface KernelWeights {
  readonly u: Float32Array;
  readonly alpha: Float32Array;
}

/** Where each array begins, in bytes: what all networks share, and the own of each. `first` and `second` are the running averages. */
type SharedLayout = Readonly<Record<'x' | 'y' | 'h' | 'g', number>>;
type OwnLayout = Readonly<Record<'order' | 'w' | 'first' | 'second', number>>;

let module: WebAssembly.Module | undefined;

/** Neurons padded to a whole number of SIMD lanes. */
const padded = (m: number): number => 4 * Math.ceil(m / 4);

/** Bytes of one network of m neurons in the kernel's memory, next to the data that all share. */
export const bytesOfNetwork = (n: number, d: number, m: number): number => 3 * 4 * padded(m) * (d + 1) + 4 * n + 64;

/**
 * Networks of equal shape with their data, gradient and two running averages each, in one linear memory: browsers
 * allow few memories, each of which reserves gigabytes of addresses. One network at a time is selected, at first the
 * first. Weights and everything shaped like them are u by input, [d][mp], followed by alpha [mp], where mp is m
 * rounded up to a multiple of four.
 */
export class ReluKernel {
  readonly count: number;
  readonly #exports: Exports;
  readonly #n: number;
  readonly #d: number;
  readonly #m: number;
  readonly #mp: number;
  readonly #loss: number;
  readonly #own: readonly OwnLayout[];
  #selected = 0;
  /** Of the selected network. */
  #at: SharedLayout & OwnLayout;
  /** Bytes of one weight-shaped array. */
  readonly #size: number;

  /** @param networks at least one */
  constructor({n, d, x, y}: KernelData, networks: readonly KernelWeights[], loss: KernelLoss) {
    module ??= new WebAssembly.Module(bytes);
    this.#exports = new WebAssembly.Instance(module, {env: {abort: () => undefined}}).exports as unknown as Exports;
    [this.#n, this.#d, this.#m, this.#loss] = [n, d, networks[0].alpha.length, LOSS_NUMBERS[loss]];
    this.count = networks.length;
    this.#mp = padded(this.#m);
    this.#size = 4 * this.#mp * (d + 1);
    const {shared, own} = this.#layOut();
    this.#own = own;
    this.#at = {...shared, ...own[0]};
    this.#floats(shared.x, n * d).set(x);
    this.#floats(shared.y, n).set(y);
    for (const [r, {u, alpha}] of networks.entries()) {
      const w = this.#floats(own[r].w, this.#size / 4);
      for (let j = 0; j < this.#m; j++) {
        for (let c = 0; c < d; c++) w[c * this.#mp + j] = u[j * d + c];
        w[d * this.#mp + j] = alpha[j];
      }
    }
  }

  /** Makes a network the one that the methods below speak of. */
  select(r: number): void {
    if (r === this.#selected) return;
    this.#selected = r;
    this.#at = {...this.#at, ...this.#own[r]};
  }

  /** The order in which batches take the samples: n indices. */
  setOrder(order: ArrayLike<number>): void {
    new Int32Array(this.#exports.memory.buffer, this.#at.order, this.#n).set(order);
  }

  /** Gradient of the mean loss over a range of the order, plus decay * w. */
  gradient(start: number, count: number, decay: number): void {
    const {x, y, order, w, g, h} = this.#at;
    const alphaOffset = 4 * this.#mp * this.#d;
    this.#exports.gradient(x, y, order, start, count, this.#d, this.#mp, w, w + alphaOffset, g, g + alphaOffset, h, this.#loss);
    if (decay !== 0) this.#exports.addDecay(w, g, this.#size, decay);
  }

  sgd(rate: number): void {
    this.#exports.sgd(this.#at.w, this.#at.g, this.#size, rate);
  }

  momentum(rate: number, mu: number, lookAhead: boolean): void {
    this.#exports.momentum(this.#at.w, this.#at.g, this.#at.first, this.#size, rate, mu, lookAhead ? 1 : 0);
  }

  rmsprop(rate: number, decay: number, epsilon: number): void {
    this.#exports.rmsprop(this.#at.w, this.#at.g, this.#at.second, this.#size, rate, decay, epsilon);
  }

  /** @param t counts steps from 1; `keep` multiplies the weights first (1 for Adam) */
  adam(rate: number, beta1: number, beta2: number, epsilon: number, t: number, keep: number): void {
    const {w, g, first, second} = this.#at;
    const [c1, c2] = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)];
    this.#exports.adam(w, g, first, second, this.#size, rate, beta1, beta2, c1, c2, epsilon, keep);
  }

  weights(): KernelWeights {
    const w = this.#floats(this.#at.w, this.#size / 4);
    const u = new Float32Array(this.#m * this.#d);
    for (let j = 0; j < this.#m; j++) for (let c = 0; c < this.#d; c++) u[j * this.#d + c] = w[c * this.#mp + j];
    return {u, alpha: w.slice(this.#d * this.#mp, this.#d * this.#mp + this.#m)};
  }

  #floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, at, length);
  }

  /** Places every array after the module's static data, aligned to 16 bytes, and makes the memory large enough. */
  #layOut(): {readonly shared: SharedLayout; readonly own: readonly OwnLayout[]} {
    let next = 16 * Math.ceil(this.#exports.heapBase() / 16);
    const take = (size: number): number => {
      const at = next;
      next += 16 * Math.ceil(size / 16);
      return at;
    };
    const shared = {x: take(4 * this.#n * this.#d), y: take(4 * this.#n), h: take(4 * this.#mp), g: take(this.#size)};
    const own = Array.from({length: this.count}, () => ({
      order: take(4 * this.#n), w: take(this.#size), first: take(this.#size), second: take(this.#size),
    }));
    const missing = next - this.#exports.memory.buffer.byteLength;
    if (missing > 0) this.#exports.memory.grow(Math.ceil(missing / 65536));
    return {shared, own};
  }
}

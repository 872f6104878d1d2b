import type {DataPart} from '../../core/data.ts';
import type {HostLoss} from '../../core/hostProblem.ts';
import type {NetModel} from './netModel.ts';

/** Values of J that differ by less than this share are one value: equal networks' sums differ by rounding. */
const EQUAL = 1e-10;

/** What is known after some networks. */
export interface Tried {
  readonly count: number;
  readonly total: number;
  readonly best: number;
  /** Networks so far whose J is `best`. */
  readonly copies: number;
  /** The next smallest value so far; Infinity until there is one. */
  readonly second: number;
  /** One of the best. */
  readonly weights: Int8Array;
}

/**
 * All networks of a model without real parameters, in the order of Gray's code: each differs from the one before in one
 * weight. A weight of a neuron costs that neuron's activations anew, from its row, so that no rounding errors add up;
 * sums of signs are whole numbers and exact anyway.
 */
export class NetEnumeration {
  readonly #model: NetModel;
  readonly #part: DataPart;
  readonly #loss: HostLoss;
  readonly #weights: Int8Array;
  readonly #active: Float64Array;
  readonly #sums: Float64Array;
  #count = 0;
  #best = Number.POSITIVE_INFINITY;
  #copies = 0;
  #second = Number.POSITIVE_INFINITY;
  #bestWeights: Int8Array;

  /** @param part with the network's inputs, n x inputs, as x */
  constructor(model: NetModel, part: DataPart, loss: HostLoss) {
    const {hidden, inputs, outputs, sums} = model;
    this.#model = model;
    this.#part = part;
    this.#loss = loss;
    this.#weights = new Int8Array(hidden * inputs + outputs * sums).fill(-1);
    this.#bestWeights = this.#weights.slice();
    this.#active = new Float64Array(hidden * part.n);
    this.#sums = new Float64Array(part.n * outputs).fill(-1);
    for (let j = 0; j < hidden; j++) this.#activate(j);
  }

  get tried(): Tried {
    return {count: this.#count, total: 2 ** this.#weights.length, best: this.#best, copies: this.#copies, second: this.#second, weights: this.#bestWeights};
  }

  /** Up to so many networks more. */
  advance(networks: number): Tried {
    const total = 2 ** this.#weights.length;
    for (const until = Math.min(total, this.#count + networks); this.#count < until; this.#count++) {
      // The position of the lowest set bit is the bit in which two successive codes differ.
      if (this.#count > 0) this.#turn(31 - Math.clz32(this.#count & -this.#count));
      this.#judge();
    }
    return this.tried;
  }

  #turn(index: number): void {
    const {hidden, inputs, outputs, sums} = this.#model;
    this.#weights[index] = -this.#weights[index];
    if (index < hidden * inputs) return this.#activate(Math.floor(index / inputs));
    const {n} = this.#part;
    const [c, j] = [Math.floor((index - hidden * inputs) / sums), (index - hidden * inputs) % sums];
    const change = 2 * this.#weights[index];
    for (let i = 0; i < n; i++) this.#sums[i * outputs + c] += change * (j < hidden ? this.#active[j * n + i] : 1);
  }

  #activate(j: number): void {
    const {hidden, inputs, outputs, sums, activation} = this.#model;
    const {n, x} = this.#part;
    const root = Math.sqrt(inputs);
    for (let i = 0; i < n; i++) {
      let z = 0;
      for (let t = 0; t < inputs; t++) z += this.#weights[j * inputs + t] * x[i * inputs + t];
      const next = activation === 'relu' ? Math.max(0, z / root) : z >= 0 ? 1 : -1;
      const change = next - this.#active[j * n + i];
      if (change === 0) continue;
      this.#active[j * n + i] = next;
      for (let c = 0; c < outputs; c++) this.#sums[i * outputs + c] += change * this.#weights[hidden * inputs + c * sums + j];
    }
  }

  #judge(): void {
    const {n, y} = this.#part;
    let value = 0;
    for (let i = 0; i < n; i++) value += this.#loss.value(this.#sums, y, i, this.#model.outputs);
    const slack = EQUAL * Math.max(1, Math.abs(value));
    if (value < this.#best - slack) {
      [this.#second, this.#best, this.#copies] = [this.#best, value, 1];
      this.#bestWeights = this.#weights.slice();
    } else if (value <= this.#best + slack) this.#copies++;
    else if (value < this.#second - slack) this.#second = value;
  }
}

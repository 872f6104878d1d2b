import type {BinaryWeights} from '../../core/protocol.ts';

/** One matrix of binary weights among all: its weights are `from` up to `from + count`, neuron by neuron. */
export interface Block {
  readonly name: string;
  readonly neurons: number;
  readonly inputs: number;
  readonly from: number;
  readonly count: number;
}

export function blocksOf({layers}: Pick<BinaryWeights, 'layers'>): readonly Block[] {
  let from = 0;
  return layers.map((layer) => {
    const block = {name: layer.name, neurons: layer.out, inputs: layer.in, from, count: layer.out * layer.in};
    from += block.count;
    return block;
  });
}

export const weightCount = ({rows, rank}: Pick<BinaryWeights, 'rows' | 'rank'>): number => rows.length / (1 + rank);

/** mu of a weight: positive where sign(mu) is +1. sign(0) is +1. */
export const meanOf = ({rows, rank}: BinaryWeights, i: number): number => rows[i * (1 + rank)];

/** |Z_i|, how much of the row is noise. */
export function spreadOf({rows, rank}: BinaryWeights, i: number): number {
  let sum = 0;
  for (let j = 1; j <= rank; j++) sum += rows[i * (1 + rank) + j] ** 2;
  return Math.sqrt(sum);
}

export interface BlockSummary extends Block {
  readonly positive: number;
  /** Mean of |mu| over the weights: 1 where all are decided. */
  readonly certainty: number;
  /** Weights with |mu| below one half. */
  readonly open: number;
}

/** Below this |mu| a weight is called undecided. */
const OPEN = 0.5;

export function summaryOf(weights: BinaryWeights, block: Block): BlockSummary {
  let [positive, sum, open] = [0, 0, 0];
  for (let i = block.from; i < block.from + block.count; i++) {
    const mean = meanOf(weights, i);
    if (mean >= 0) positive++;
    sum += Math.abs(mean);
    if (Math.abs(mean) < OPEN) open++;
  }
  return {...block, positive, certainty: sum / block.count, open};
}

/** How many of the angles (in [from, to]) lie in each of evenly spaced bins. */
export function binsOf(values: readonly number[], from: number, to: number, count: number): readonly number[] {
  const bins = new Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - from) / (to - from)) * count);
    bins[Math.min(Math.max(bin, 0), count - 1)]++;
  }
  return bins;
}

/** Where a row stands in the plane: mu against Z for rank 1, against |Z| for higher ranks; angles are from the anchor. */
export const angleOf = (weights: BinaryWeights, i: number): number =>
  Math.atan2(weights.rank === 1 ? weights.rows[2 * i + 1] : spreadOf(weights, i), meanOf(weights, i));

/** How the sphere is held, in radians: turned about its own axis mu, then the axis towards the reader. */
export interface Attitude {
  readonly spin: number;
  readonly turn: number;
}

export const FIRST_ATTITUDE: Attitude = {spin: 0.5, turn: 0.45};

/** Turned so far that the anchor points at the reader or away, never past. */
export function turned({spin, turn}: Attitude, dSpin: number, dTurn: number): Attitude {
  const most = Math.PI / 2;
  return {spin: (spin + dSpin) % (2 * Math.PI), turn: Math.min(Math.max(turn + dTurn, -most), most)};
}

/**
 * A row (mu, z1, z2) of rank 2 seen from afar: x to the right, y upwards, depth towards the reader. Unturned, the
 * anchor mu points to the right, z1 upwards and z2 towards the reader.
 */
export function seenFrom({spin, turn}: Attitude, mu: number, z1: number, z2: number): readonly [x: number, y: number, depth: number] {
  const y = z1 * Math.cos(spin) - z2 * Math.sin(spin);
  const z = z1 * Math.sin(spin) + z2 * Math.cos(spin);
  return [mu * Math.cos(turn) - z * Math.sin(turn), y, mu * Math.sin(turn) + z * Math.cos(turn)];
}

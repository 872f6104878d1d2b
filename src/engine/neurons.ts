import type {Neurons, Snapshot} from '../core/protocol.ts';

/** Units drawn at most; a picture of more is a smear. */
const MOST = 400;
/** A unit below this share of the largest is silent: what soft-thresholding in float32 leaves behind. */
const SILENT = 1e-5;

interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly from: number;
}

/** Where each variable stands in a snapshot's values. */
function tablesOf({shapes}: Snapshot): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  let from = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const [rows, columns = 1] = shape;
    tables.set(name, {rows, columns, from});
    from += shape.reduce((product, size) => product * size, 1);
  }
  return tables;
}

function norm(values: Float32Array, {columns, from}: Table, row: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += values[from + row * columns + c] ** 2;
  return Math.sqrt(sum);
}

/**
 * The units of a two-layer network, whatever its kind: `gates` [m, d] decide when a unit is on where the network has
 * them, else `u` [m, d] does; its weight is |u_j| |alpha_j|, and |alpha_j| alone where u only gates (threshold units).
 */
export function neuronsOf(snapshot: Snapshot, most = MOST): Neurons {
  const {iteration, values} = snapshot;
  const tables = tablesOf(snapshot);
  const [gates, u, alpha] = [tables.get('gates'), tables.get('u'), tables.get('alpha')];
  const facing = gates ?? u;
  if (!facing || !alpha) return {iteration, units: 0, d: 0, directions: new Float64Array(), weights: new Float64Array(), signs: new Int32Array()};
  const {rows, columns: d} = facing;
  const size = Float64Array.from({length: rows}, (_, j) => (u ? norm(values, u, j) : 1) * norm(values, alpha, j));
  const largest = size.reduce((most, one) => Math.max(most, one), 0);
  const order = Array.from(size.keys())
    .filter((j) => size[j] > SILENT * largest && norm(values, facing, j) > 0)
    .sort((a, b) => size[b] - size[a])
    .slice(0, most);
  const directions = new Float64Array(order.length * d);
  for (const [at, j] of order.entries()) {
    const length = norm(values, facing, j);
    for (let c = 0; c < d; c++) directions[at * d + c] = values[facing.from + j * d + c] / length;
  }
  const signs = Int32Array.from(order, (j) => (alpha.columns === 1 ? Math.sign(values[alpha.from + j]) : 0));
  return {iteration, units: rows, d, directions, weights: Float64Array.from(order, (j) => size[j]), signs};
}

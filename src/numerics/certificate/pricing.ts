import type {Arrangement} from '../arrangement.ts';

/**
 * Exact pricing of all cells of an arrangement: for a residual z and every pattern D, both signs s,
 *
 *   max { s z . relu(X u) : u in the cell, |u| <= 1 } = max { q . u },   q = s X'D z,
 *
 * which is |Proj_cell(q)|. The cell is a cone over a spherical polygon, so the maximum is at q itself where q lies
 * inside, else on an edge (at q's projection on the edge's plane, where that falls between the edge's ends), else at
 * a corner: a handful of products a cell instead of a non-negative least squares problem.
 */
export interface Candidate {
  readonly cell: number;
  /** Sign of the output weight. */
  readonly sign: 1 | -1;
  readonly value: number;
  /** Where in the cell the maximum is: a unit vector in three columns. */
  readonly direction: readonly [number, number, number];
}

export interface Prices {
  /** The largest value over all cells and signs, at least 0. */
  readonly most: number;
  /** Cells whose value exceeds the threshold, largest first. */
  readonly above: readonly Candidate[];
}

/** X in three columns, missing ones zero. */
export function paddedRows(x: Float64Array, n: number, d: number): Float64Array {
  const rows = new Float64Array(n * 3);
  for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) rows[3 * i + c] = x[d * i + c];
  return rows;
}

/** q = X'D z of each cell, count x 3. */
function pulls({n, count, mask}: Arrangement, rows: Float64Array, z: Float64Array): Float64Array {
  const weighted = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) for (let c = 0; c < 3; c++) weighted[3 * i + c] = z[i] * rows[3 * i + c];
  const q = new Float64Array(3 * count);
  for (let p = 0; p < count; p++) {
    let q0 = 0;
    let q1 = 0;
    let q2 = 0;
    for (let i = 0, row = p * n; i < n; i++) {
      const on = mask[row + i];
      q0 += on * weighted[3 * i];
      q1 += on * weighted[3 * i + 1];
      q2 += on * weighted[3 * i + 2];
    }
    q[3 * p] = q0;
    q[3 * p + 1] = q1;
    q[3 * p + 2] = q2;
  }
  return q;
}

type Best = {value: number; x: number; y: number; z: number};

function offer(best: Best, value: number, x: number, y: number, z: number): void {
  if (value <= best.value) return;
  best.value = value;
  best.x = x;
  best.y = y;
  best.z = z;
}

/** (N x r) . p >= 0: whether p is not before the ray r, turning about N. */
const isPast = (rays: Float64Array, r: number, nx: number, ny: number, nz: number, px: number, py: number, pz: number): number =>
  (ny * rays[r + 2] - nz * rays[r + 1]) * px + (nz * rays[r] - nx * rays[r + 2]) * py + (nx * rays[r + 1] - ny * rays[r]) * pz;

/** The best point of edge e for the pull (a, b, c): the projection on its plane where that is between its ends, else an end. */
function alongEdge({normals, rays}: Arrangement, e: number, a: number, b: number, c: number, best: Best): void {
  const nx = normals[3 * e];
  const ny = normals[3 * e + 1];
  const nz = normals[3 * e + 2];
  const off = (a * nx + b * ny + c * nz) / (nx * nx + ny * ny + nz * nz);
  const px = a - off * nx;
  const py = b - off * ny;
  const pz = c - off * nz;
  const [from, to] = [6 * e, 6 * e + 3];
  if (isPast(rays, from, nx, ny, nz, px, py, pz) >= 0 && isPast(rays, to, nx, ny, nz, px, py, pz) <= 0) {
    const length = Math.hypot(px, py, pz);
    if (length > 0) offer(best, length, px / length, py / length, pz / length);
    return;
  }
  for (const r of [from, to]) offer(best, a * rays[r] + b * rays[r + 1] + c * rays[r + 2], rays[r], rays[r + 1], rays[r + 2]);
}

/** max q . u over the unit vectors of one cell, into `best`; 0 where no direction of the cell goes along q. */
function overCell(cells: Arrangement, p: number, a: number, b: number, c: number, best: Best): void {
  best.value = 0;
  const {edgeStart, normals} = cells;
  let isInside = true;
  for (let e = edgeStart[p]; isInside && e < edgeStart[p + 1]; e++) {
    isInside = normals[3 * e] * a + normals[3 * e + 1] * b + normals[3 * e + 2] * c >= 0;
  }
  const length = Math.hypot(a, b, c);
  if (isInside && length > 0) return offer(best, length, a / length, b / length, c / length);
  for (let e = edgeStart[p]; e < edgeStart[p + 1]; e++) alongEdge(cells, e, a, b, c, best);
}

/**
 * Prices every cell.
 * @param rows X in three columns
 * @param threshold cells above it are listed
 * @param gated whether directions are free of the cells (gated units), so that the value is |q|
 */
export function priceCells(cells: Arrangement, rows: Float64Array, z: Float64Array, threshold: number, gated: boolean): Prices {
  const q = pulls(cells, rows, z);
  const above: Candidate[] = [];
  const best: Best = {value: 0, x: 0, y: 0, z: 0};
  let most = 0;
  for (let p = 0; p < cells.count; p++) {
    const [a, b, c] = [q[3 * p], q[3 * p + 1], q[3 * p + 2]];
    const length = Math.hypot(a, b, c);
    // No projection is longer than q.
    if (length <= Math.min(most, threshold)) continue;
    for (const sign of [1, -1] as const) {
      if (gated) {
        best.value = 0;
        offer(best, length, (sign * a) / length, (sign * b) / length, (sign * c) / length);
      } else {
        overCell(cells, p, sign * a, sign * b, sign * c, best);
      }
      most = Math.max(most, best.value);
      if (best.value > threshold) above.push({cell: p, sign, value: best.value, direction: [best.x, best.y, best.z]});
    }
  }
  return {most, above: above.sort((one, other) => other.value - one.value)};
}

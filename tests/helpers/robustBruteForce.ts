import type {Snapshot} from '../../src/core/protocol.ts';

/** f(x), written out once more. */
export function output({values, shapes}: Snapshot, x: ArrayLike<number>): number {
  const [m, d] = shapes.u;
  let f = 0;
  for (let j = 0; j < m; j++) {
    let z = 0;
    for (let t = 0; t < d; t++) z += values[j * d + t] * x[t];
    f += Math.max(0, z) * values[m * d + j];
  }
  return f;
}

/** Vertices of the arrangement of the neurons' lines within the box around (x1, x2): corners, edges' kinks, crossings. */
function vertices({values, shapes}: Snapshot, [x1, x2]: readonly number[], epsilon: number): number[][] {
  const m = shapes.u[0];
  const lines: number[][] = [[1, 0, -(x1 - epsilon)], [1, 0, -(x1 + epsilon)], [0, 1, -(x2 - epsilon)], [0, 1, -(x2 + epsilon)]];
  for (let j = 0; j < m; j++) lines.push([values[3 * j], values[3 * j + 1], values[3 * j + 2]]);
  const found: number[][] = [];
  for (let a = 0; a < lines.length; a++) {
    for (let b = 0; b < a; b++) {
      const [a1, a2, a3] = lines[a];
      const [b1, b2, b3] = lines[b];
      const det = a1 * b2 - a2 * b1;
      if (det === 0) continue;
      const p = [(a2 * b3 - a3 * b2) / det, (a3 * b1 - a1 * b3) / det];
      const inside = Math.abs(p[0] - x1) <= epsilon * (1 + 1e-9) && Math.abs(p[1] - x2) <= epsilon * (1 + 1e-9);
      if (inside) found.push(p);
    }
  }
  return found;
}

/**
 * min over the box |delta|_inf <= epsilon of y f(x + delta) for two inputs, exactly: a piecewise linear function has its
 * minimum at a vertex of its cells.
 */
export function worstMargin(network: Snapshot, x: ArrayLike<number>, y: number, epsilon: number): number {
  let worst = y * output(network, x);
  for (const [p, q] of vertices(network, [x[0], x[1]], epsilon)) worst = Math.min(worst, y * output(network, [p, q, 1]));
  return worst;
}

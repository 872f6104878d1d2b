/**
 * A gate inside every cell of the arrangement of n generic planes x_i . g = 0 in R^3: around each ray x_i x x_j and
 * its opposite there are four cells, reached by leaving the ray a little to either side of both planes.
 */
export function planeGates(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  for (const [i, a] of rows.entries()) {
    for (const b of rows.slice(i + 1)) {
      const ray = cross(a, b);
      const length = Math.hypot(...ray);
      const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
      const determinant = aa * bb - ab * ab;
      for (const side of [1, -1]) {
        for (const [p, q] of [[1, 1], [1, -1], [-1, 1], [-1, -1]]) {
          // The offset within the span of a and b whose products with them are p and q times 1e-5.
          const [s, t] = [(1e-5 * (p * bb - q * ab)) / determinant, (1e-5 * (q * aa - p * ab)) / determinant];
          const gate = ray.map((r, c) => (side * r) / length + s * a[c] + t * b[c]);
          const key = rows.map((row) => (dot(row, gate) >= 0 ? 1 : 0)).join('');
          if (!found.has(key)) found.set(key, gate);
        }
      }
    }
  }
  return [...found.values()];
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const cross = (a: readonly number[], b: readonly number[]): number[] => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** A pattern of n rows of d columns: 1 where the row is active. */
export interface PatternRows {
  readonly n: number;
  readonly d: number;
  readonly x: Float64Array;
  readonly mask: Uint8Array;
}

/** Lengths of the gate that are tried, from 1 up to 2. */
const LENGTHS = 64;

/**
 * A gate in the float32 of networks, 1[x . gate >= 0] = mask, near a given direction inside the pattern's cell. Rounding
 * every entry alone errs by the size of the data, far from the origin by more than the points are apart. So the last
 * entry, the constant's, is chosen after the others are rounded, in the middle of what they leave to it, and the free
 * length of the gate is varied until a float32 lies there.
 * @param inside a direction, d entries
 * @returns null where no gate with the pattern is found
 */
export function float32Gate(inside: Float64Array, rows: PatternRows): Float64Array | null {
  for (let trial = 0; trial < LENGTHS; trial++) {
    const gate = inside.map((value) => Math.fround(value * 2 ** (trial / LENGTHS)));
    if (hasPattern(gate, rows)) return gate;
    const last = middleOfLast(gate, rows);
    if (!Number.isFinite(last)) continue;
    gate[rows.d - 1] = Math.fround(last);
    if (hasPattern(gate, rows)) return gate;
  }
  return null;
}

function hasPattern(gate: Float64Array, {n, d, x, mask}: PatternRows): boolean {
  for (let i = 0; i < n; i++) {
    let open = 0;
    for (let c = 0; c < d; c++) open += x[i * d + c] * gate[c];
    if ((open >= 0 ? 1 : 0) !== mask[i]) return false;
  }
  return true;
}

/** The middle of the last entries that give the pattern; infinite or NaN where they are not bounded on both sides. */
function middleOfLast(gate: Float64Array, {n, d, x, mask}: PatternRows): number {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const last = x[i * d + d - 1];
    let rest = 0;
    for (let c = 0; c < d - 1; c++) rest -= x[i * d + c] * gate[c];
    if (last === 0) continue;
    if (mask[i] === 1 === last > 0) low = Math.max(low, rest / last);
    else high = Math.min(high, rest / last);
  }
  return low / 2 + high / 2;
}

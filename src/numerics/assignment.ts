/**
 * Minimal-cost assignment (the Hungarian method by shortest augmenting paths, with potentials, after
 * Jonker and Volgenant). `cost` is rows x columns, row-major. Answers for each row its column; with
 * more rows than columns the rows left out get -1. Time O(min^2 max) of the two sizes.
 */
export function assignment(cost: Float64Array, rows: number, columns: number): Int32Array {
  if (rows <= columns) return assignRows((row, column) => cost[row * columns + column], rows, columns);
  const rowOf = assignRows((column, row) => cost[row * columns + column], columns, rows);
  const columnOf = new Int32Array(rows).fill(-1);
  for (let column = 0; column < columns; column++) columnOf[rowOf[column]] = column;
  return columnOf;
}

/** The case rows <= columns: every row gets a column. Indices are shifted by one; column 0 is the root of the search. */
function assignRows(costOf: (row: number, column: number) => number, rows: number, columns: number): Int32Array {
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const previous = new Int32Array(columns + 1);
  const distance = new Float64Array(columns + 1);
  const settled = new Uint8Array(columns + 1);

  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    distance.fill(Number.POSITIVE_INFINITY);
    settled.fill(0);
    let column = 0;
    while (rowOf[column] !== 0) {
      settled[column] = 1;
      const from = rowOf[column];
      let nearest = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= columns; j++) {
        if (settled[j]) continue;
        const reduced = costOf(from - 1, j - 1) - rowPotential[from] - columnPotential[j];
        if (reduced < distance[j]) {
          distance[j] = reduced;
          previous[j] = column;
        }
        if (distance[j] < nearest) {
          nearest = distance[j];
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (settled[j]) {
          rowPotential[rowOf[j]] += nearest;
          columnPotential[j] -= nearest;
        } else {
          distance[j] -= nearest;
        }
      }
      column = next;
    }
    while (column !== 0) {
      rowOf[column] = rowOf[previous[column]];
      column = previous[column];
    }
  }

  const columnOf = new Int32Array(rows);
  for (let j = 1; j <= columns; j++) if (rowOf[j] !== 0) columnOf[rowOf[j] - 1] = j - 1;
  return columnOf;
}

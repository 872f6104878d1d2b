/** Three digits, or a whole number from 100 on; `never` stands for what was not reached. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return Math.abs(value) < 0.001 ? value.toExponential(1) : value.toPrecision(3);
}

/** `2.06x`, or a dash where one of the two was not reached. */
export const ratio = (one: number, other: number): string => (Number.isFinite(one) && Number.isFinite(other) && other > 0 ? `${show(one / other)}x` : '-');

/** Lines of aligned text under a header: the first columns to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c].length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, c) => (c < left ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  ').trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}

/** The middle one of an odd number of values. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

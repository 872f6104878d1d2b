import Papa from 'papaparse';
import type {RawTable, ReadDataFile} from '../core/data.ts';
import {failure, type Result, success} from '../core/result.ts';

/** A class as the file writes it, and its name for people. */
export interface FileClass {
  readonly value: string;
  readonly label: string;
}

/** What the last column of a file is: numbers, or the labels of these classes (whose order gives the class indices). */
export type FileTarget = {readonly kind: 'regression'} | {readonly kind: 'classification'; readonly classes: readonly FileClass[]};

interface FileRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** `petal_length` as `petal length`, `body_mass_g` as `body mass (g)`. */
const readable = (name: string): string => name.replace(/_(mm|cm|g|kg)$/, ' ($1)').replaceAll('_', ' ');

const numberIn = (cell: string): number | null => {
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
};

function rowsOf(text: string, file: string): Result<{readonly header: readonly string[]; readonly rows: readonly FileRow[]}> {
  const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {delimiter: ','});
  const broken = parsed.errors[0];
  if (broken) return failure(file, `can't be read as comma-separated values: ${broken.message}; correct row ${(broken.row ?? 0) + 1}`);
  const isBlank = (cells: readonly string[]): boolean => cells.length === 1 && cells[0].trim() === '';
  const all = parsed.data
    .map((cells, i) => ({number: i + 1, cells: cells.map((cell) => cell.trim())}))
    .filter((row) => !isBlank(row.cells));
  if (all.length < 2) return failure(file, 'holds no rows; it needs a header and at least one row');
  const [{cells: header}, ...rows] = all;
  if (header.length < 2) return failure(file, 'has a single column; it needs features and, as the last column, the target');
  const ragged = rows.find((row) => row.cells.length !== header.length);
  if (ragged) {
    return failure(file, `has ${ragged.cells.length} cells in row ${ragged.number}, but ${header.length} in the header; make them agree`);
  }
  return success({header, rows});
}

const droppedNote = (count: number): string => `${count} row${count === 1 ? '' : 's'} with empty cells dropped`;

/**
 * A table from comma-separated text with a header: the last column is the target, all others are
 * numbers. Rows with empty cells are dropped and counted in the notes.
 */
export function csvTable(text: string, file: string, target: FileTarget): Result<RawTable> {
  const read = rowsOf(text, file);
  if (!read.ok) return read;
  const {header, rows} = read.value;
  const complete = rows.filter((row) => row.cells.every((cell) => cell !== ''));
  const dropped = rows.length - complete.length;
  if (complete.length === 0) return failure(file, 'has empty cells in every row; fill them in');

  const d = header.length - 1;
  const features = new Float64Array(complete.length * d);
  const targets = new Float64Array(complete.length);
  const indices = new Map(target.kind === 'classification' ? target.classes.map((one, index) => [one.value, index]) : []);
  for (const [i, row] of complete.entries()) {
    for (const [j, cell] of row.cells.entries()) {
      const isLabel = j === d && target.kind === 'classification';
      const value = isLabel ? indices.get(cell) : numberIn(cell);
      if (value === undefined || value === null) {
        const wanted = isLabel ? `one of ${[...indices.keys()].join(', ')}` : 'a number';
        return failure(file, `has "${cell}" in row ${row.number}, column "${header[j]}", where ${wanted} belongs; correct the cell`);
      }
      if (j === d) targets[i] = value;
      else features[i * d + j] = value;
    }
  }
  return success({
    kind: target.kind,
    n: complete.length,
    d,
    features,
    targets,
    featureNames: header.slice(0, d).map(readable),
    targetName: readable(header[d]),
    classNames: target.kind === 'classification' ? target.classes.map((one) => one.label) : [],
    notes: dropped > 0 ? [droppedNote(dropped)] : [],
  });
}

/** Reads and parses a file that ships with Basin. */
export async function fileTable(readFile: ReadDataFile, file: string, target: FileTarget): Promise<Result<RawTable>> {
  let text: string;
  try {
    text = await readFile(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return failure(file, `could not be read (${why}); check the connection and try again, or pick generated data`);
  }
  return csvTable(text, file, target);
}

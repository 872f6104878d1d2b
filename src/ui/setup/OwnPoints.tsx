import {useMemo} from 'react';
import type {DatasetSpec} from '../../core/plugin.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {type Rows, TableField} from '../forms/TableField.tsx';

/** The pair of parameters that hold own points: inputs (a table) and targets (a list). */
export function tableAndList(spec: DatasetSpec): {readonly table: string; readonly list: string} | null {
  const keys = Object.keys(spec.params);
  const table = keys.find((key) => spec.params[key].kind === 'table');
  const list = keys.find((key) => spec.params[key].kind === 'list');
  return table && list ? {table, list} : null;
}

/** Inputs and target on one line, as anyone would paste them from a spreadsheet. */
export function OwnPoints({table, list}: {readonly table: string; readonly list: string}) {
  const params = useBasin((state) => state.experiment.dataset.params);
  const inputs = (params[table] ?? []) as Rows;
  const targets = (params[list] ?? []) as readonly number[];
  const commit = (rows: Rows): void => {
    // Both lists change in one edit: validated apart, their lengths would disagree in between.
    actions.setDatasetParams({[table]: rows.map((row) => row.slice(0, -1)), [list]: rows.map((row) => row[row.length - 1])});
  };
  return (
    <TableField
      label="points"
      help="One point a line: its inputs, then its target (a value, or the number of its class). Pasting from a spreadsheet works."
      placeholder={'0.5, 1.2, 1\n-0.3, 0.8, 0'}
      rows={useRows(inputs, targets)}
      checkRow={(row) => (row.length < 2 ? 'needs at least one input and the target.' : null)}
      onCommit={commit}
    />
  );
}

const useRows = (inputs: Rows, targets: readonly number[]): Rows =>
  useMemo(() => inputs.map((row, i) => [...row, targets[i]]), [inputs, targets]);

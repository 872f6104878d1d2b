import {chooseBackend} from '../../src/engine/backend.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readData} from './dataSets.ts';
import {measureLandscape, measureTraining, type Row} from './measure.ts';
import type {Section} from './section.ts';
import {ratio, show, table} from './table.ts';

export function printRows(rows: readonly Row[]): void {
  const lines = rows.map(({what, backend, unit, engine, baseline}) => [what, backend, show(engine), unit, show(baseline), ratio(engine, baseline)]);
  console.log(table(['what', 'backend', 'engine', '', 'plain loop', 'ratio'], lines, 2));
}

/** Training steps a second on the backends that Node has. */
export const engine: Section = async ({seconds}) => {
  prepareNodeBackends();
  const rows: Row[] = [];
  for (const backend of ['wasm', 'cpu'] as const) {
    await chooseBackend(backend, []);
    rows.push(...(await measureTraining(`${backend} (Node)`, readData, seconds)));
  }
  printRows(rows);
};

export const landscape: Section = async ({seconds}) => printRows(await measureLandscape(readData, seconds));

import {EXAMPLE_FILE, type ExampleContestant, type ExampleRace, exampleRunId} from '../core/example.ts';
import {fromTypedJson} from '../core/typedJson.ts';
import type {RunView} from './types.ts';

/** The finished race that came with the page; null where there is none (a development server). */
export async function fetchExample(): Promise<ExampleRace | null> {
  try {
    const response = await fetch(new URL(EXAMPLE_FILE, document.baseURI));
    return response.ok ? (fromTypedJson(await response.text()) as ExampleRace) : null;
  } catch {
    return null;
  }
}

/** An example's contestant as a run that has ended. */
export function exampleRun({columns, ending, progress, notices}: ExampleContestant, index: number): RunView {
  const {iterations, evaluations, seconds, ...metrics} = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Array.from(values)]),
  );
  return {runId: exampleRunId(index), status: ending.kind, ending, progress, notices, history: {iterations, evaluations, seconds, metrics}};
}

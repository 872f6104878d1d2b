import type {Boundary, DataSummary, Ending, Landscape, Neurons} from './protocol.ts';
import type {Certificate} from './study.ts';

/** A finished race, computed when the page is built, so that a cold page shows a picture at once. */
export interface ExampleRace {
  /** The experiment as its link, to tell whether the example still shows what the page would run. */
  readonly link: string;
  readonly data: DataSummary;
  readonly landscape: Landscape;
  readonly contestants: readonly ExampleContestant[];
  /** Where the experiment asks for one. */
  readonly certificate: Certificate | null;
}

export interface ExampleContestant {
  readonly boundary: Boundary;
  readonly neurons: Neurons;
  readonly ending: Ending;
  readonly progress: {readonly iteration: number; readonly evaluations: number; readonly seconds: number};
  readonly notices: readonly string[];
  /** Columns by name: iterations, evaluations, seconds, and the metrics. */
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** Run ids in an example's landscape. */
export const exampleRunId = (index: number): string => `example${index}`;
export const EXAMPLE_FILE = 'example.json';

/** What a section of the benchmark is told. */
export interface Options {
  /** Seconds that a rate is measured for. */
  readonly seconds: number;
  /** A tenth of the steps, and small instances only. */
  readonly quick: boolean;
  /** Data sets to keep, by name; none given means all. */
  readonly data: readonly string[];
}

/** Measures and prints, one table after the other. */
export type Section = (options: Options) => Promise<void>;

/** Those of the given names, or all where none is given; says so where there are none. */
export function chosen<T extends {readonly name: string}>(all: readonly T[], names: readonly string[]): readonly T[] {
  const kept = all.filter(({name}) => names.length === 0 || names.includes(name));
  if (kept.length === 0) console.log(`No data set of that name here; there are ${all.map(({name}) => name).join(', ')}.`);
  return kept;
}

/**
 * Errors as values. Everything that crosses a boundary (link, file, config, worker) answers with
 * a Result, whose fault names the field it is about and says what to do.
 */
export interface Fault {
  /** Where: a path such as `contestants[1].solver.params.learningRate`. */
  readonly field: string;
  /** What is wrong and what to do, in plain words. */
  readonly message: string;
}

export type Result<T, E = Fault> = {readonly ok: true; readonly value: T} | {readonly ok: false; readonly error: E};

export const success = <T>(value: T): {readonly ok: true; readonly value: T} => ({ok: true, value});

export const failure = (field: string, message: string): {readonly ok: false; readonly error: Fault} => ({
  ok: false,
  error: {field, message},
});


/** For the end of an exhaustive switch: the compiler refuses when a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

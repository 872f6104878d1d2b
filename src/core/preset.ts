/** A named experiment with a text. `experiment` is completed from defaults and validated like any config. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Two or three sentences on what to look for. */
  readonly text: string;
  readonly experiment: unknown;
}

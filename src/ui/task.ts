import {CATALOGUE} from '../catalogue.ts';
import type {Task} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Preset} from '../core/preset.ts';
import {PRESETS} from '../presets/registry.ts';

export const taskOf = ({dataset}: Experiment): Task => CATALOGUE.datasets[dataset.id].task(dataset.params);

/** The preset that an experiment came from and still bears the title of. */
export const activePreset = ({title}: Experiment): Preset | undefined =>
  PRESETS.find((preset) => [preset.title, (preset.experiment as {readonly title?: unknown}).title].includes(title));

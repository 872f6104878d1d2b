import {CATALOGUE} from '../catalogue.ts';
import type {Task} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Preset} from '../core/preset.ts';
import {PRESETS} from '../presets/registry.ts';

export const taskOf = ({dataset}: Experiment): Task => CATALOGUE.datasets[dataset.id].task(dataset.params);

/** The preset that an experiment came from, while it still bears its title and uses its data. */
export const activePreset = ({title, dataset}: Experiment): Preset | undefined =>
  PRESETS.find((preset) => {
    const {title: own, dataset: data} = preset.experiment as {readonly title?: string; readonly dataset?: {readonly id?: string}};
    return (own ?? preset.title) === title && data?.id === dataset.id;
  });

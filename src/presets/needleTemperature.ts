import type {Preset} from '../core/preset.ts';

const attending = (name: string, colour: string, attention: string): unknown => ({
  name,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 128}},
  model: {attention},
});

export const needleTemperature: Preset = {
  id: 'needle',
  title: 'Temperature finds the needle',
  text: "One attention layer is asked for one key's value or for the mean of all values. A linear query can't be sharp for the one and flat for the other on the same key; a temperature that the query sets can, and then 1 key or all 32 are attended to. Look at the needle with 512 pairs too: a temperature that also knows the number of pairs stays sharp. A gate is not the only way: 64 hidden units for the query come near, at four times the parameters.",
  experiment: {
    title: 'Temperature finds the needle',
    seed: 1,
    dataset: {id: 'needle'},
    problem: {id: 'needle-attention'},
    contestants: [
      attending('softmax', 'grey', 'softmax'),
      attending('learned constant', 'yellow', 'temperature'),
      attending('by number of pairs', 'orange', 'position'),
      attending('by query', 'green', 'token'),
      attending('both added (SSA)', 'blue', 'sum'),
      attending('both multiplied', 'pink', 'product'),
    ],
    budget: {axis: 'iterations', amount: 600},
    view: {metric: 'needleLoss', instrument: 'attention'},
  },
};

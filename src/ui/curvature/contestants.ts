import {CATALOGUE} from '../../catalogue.ts';
import type {Colour, Experiment} from '../../core/experiment.ts';

export const EXAMPLE_WORDS = 'The race on show came with the page. Run it, and this can be measured.';

/** Contestants whose networks are trained by gradients, with their places in the race. */
export const trainedOnes = ({contestants}: Experiment): readonly {readonly index: number; readonly name: string; readonly colour: Colour}[] =>
  contestants.flatMap(({name, colour, solver}, index) => {
    const {needs} = CATALOGUE.solvers[solver.id];
    return needs === 'gradients' || needs === 'newton' ? [{index, name, colour}] : [];
  });

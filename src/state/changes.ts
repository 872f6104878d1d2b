import {CATALOGUE} from '../catalogue.ts';
import type {Contestant, Experiment} from '../core/experiment.ts';
import {applies, type ParamSpec, type ParamSpecs, type ParamValue, type ParamValues} from '../core/params.ts';

/** A parameter in which contestants of one race differ. */
export interface Change {
  readonly group: 'solver' | 'model';
  readonly key: string;
  readonly spec: ParamSpec;
  readonly value: ParamValue;
}

/** What tells one contestant from the others. */
export interface Changes {
  /** Whether another contestant has another solver. */
  readonly solver: boolean;
  readonly params: readonly Change[];
}

interface Group {
  readonly specs: ParamSpecs;
  readonly values: ParamValues;
}

const groupsOf = ({problem}: Experiment, {solver, model}: Contestant): Readonly<Record<Change['group'], Group>> => {
  const {params, trainsModel} = CATALOGUE.solvers[solver.id];
  return {
    solver: {specs: params, values: solver.params},
    model: {specs: trainsModel ? CATALOGUE.problems[problem.id].model : {}, values: model},
  };
};

const NOT_APPLICABLE = 'not applicable';

const textOf = ({specs, values}: Group, key: string): string =>
  applies(specs[key], values) ? JSON.stringify(values[key] ?? specs[key].default) : NOT_APPLICABLE;

/** Keys that not all of those who have them agree in; one that applies to some only is among them. */
function differing(groups: readonly Group[]): ReadonlySet<string> {
  const texts = new Map<string, string>();
  const found = new Set<string>();
  for (const group of groups) {
    for (const key of Object.keys(group.specs)) {
      const text = textOf(group, key);
      if ((texts.get(key) ?? text) !== text) found.add(key);
      texts.set(key, text);
    }
  }
  return found;
}

/**
 * What tells the contestants of a race from each other, in their order. Parameters are compared by name among those who
 * have them, so a learning rate is compared across solvers; what does not apply to a contestant is not told of it.
 */
export function changesOf(experiment: Experiment): readonly Changes[] {
  const {contestants} = experiment;
  const groups = contestants.map((one) => groupsOf(experiment, one));
  const keys = {solver: differing(groups.map((one) => one.solver)), model: differing(groups.map((one) => one.model))};
  const several = new Set(contestants.map((one) => one.solver.id)).size > 1;
  return groups.map((own) => ({
    solver: several,
    params: (['solver', 'model'] as const).flatMap((group) => {
      const {specs, values} = own[group];
      return Object.entries(specs)
        .filter(([key, spec]) => keys[group].has(key) && applies(spec, values))
        .map(([key, spec]) => ({group, key, spec, value: values[key] ?? spec.default}));
    }),
  }));
}

/** Labels of the network's parameters in which contestants differ, in the order of the form. */
export function modelDifferences(experiment: Experiment): readonly string[] {
  const labels = changesOf(experiment).flatMap(({params}) => params.filter(({group}) => group === 'model'));
  const order = Object.keys(CATALOGUE.problems[experiment.problem.id].model);
  return [...new Map(labels.map(({key, spec}) => [key, spec.label])).entries()].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([, label]) => label);
}

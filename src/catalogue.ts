import type {Catalogue} from './core/plugin.ts';
import {DATASETS} from './datasets/registry.ts';
import {LOSSES} from './losses/registry.ts';
import {PROBLEMS} from './problems/registry.ts';
import {SOLVERS} from './solvers/registry.ts';

const byId = <T extends {readonly id: string}>(specs: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(specs.map((spec) => [spec.id, spec]));

/** Everything that can be chosen. Specs only: no tensor code is reached from here. */
export const CATALOGUE: Catalogue = {
  datasets: byId(DATASETS),
  losses: byId(LOSSES),
  problems: byId(PROBLEMS.map((make) => make(LOSSES))),
  solvers: byId(SOLVERS),
};

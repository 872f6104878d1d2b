import type {Choice} from '../core/experiment.ts';
import type {FormulateProblem, Problem, TensorLoss} from '../core/problem.ts';
import type {Solver} from '../core/solver.ts';
import {tf} from './tf.ts';

/**
 * The code behind the registries' ids, loaded on demand from the folder of that name. Only workers and
 * the headless engine import this file, so tensor code never enters the page.
 */
const SOLVERS = import.meta.glob<Solver>('../solvers/*/solver.ts', {import: 'default'});
const PROBLEMS = import.meta.glob<FormulateProblem>('../problems/*/problem.ts', {import: 'default'});
const LOSSES = import.meta.glob<TensorLoss>('../losses/*/tensor.ts', {import: 'default'});

const loadSolver = (id: string): Promise<Solver> => SOLVERS[`../solvers/${id}/solver.ts`]();

/**
 * The code that runs a solver here: the problem's fused equal on this backend where it has one, else the solver's
 * own tensor code, which is the definition.
 */
export const solverFor = async ({id, params}: Choice, problem: Problem): Promise<Solver> =>
  problem.fused?.(id, tf.getBackend(), params) ?? loadSolver(id);

export const loadProblem = (id: string): Promise<FormulateProblem> => PROBLEMS[`../problems/${id}/problem.ts`]();
export const loadTensorLoss = (id: string): Promise<TensorLoss> => LOSSES[`../losses/${id}/tensor.ts`]();

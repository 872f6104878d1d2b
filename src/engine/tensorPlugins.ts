import type {FormulateProblem, TensorLoss} from '../core/problem.ts';
import type {Solver} from '../core/solver.ts';

/**
 * The code behind the registries' ids, loaded on demand from the folder of that name. Only workers and
 * the headless engine import this file, so tensor code never enters the page.
 */
const SOLVERS = import.meta.glob<Solver>('../solvers/*/solver.ts', {import: 'default'});
const PROBLEMS = import.meta.glob<FormulateProblem>('../problems/*/problem.ts', {import: 'default'});
const LOSSES = import.meta.glob<TensorLoss>('../losses/*/tensor.ts', {import: 'default'});

export const loadSolver = (id: string): Promise<Solver> => SOLVERS[`../solvers/${id}/solver.ts`]();
export const loadProblem = (id: string): Promise<FormulateProblem> => PROBLEMS[`../problems/${id}/problem.ts`]();
export const loadTensorLoss = (id: string): Promise<TensorLoss> => LOSSES[`../losses/${id}/tensor.ts`]();

import {MOST_BASIN_ITERATIONS, MOST_BASIN_SIDE} from '../../core/basins.ts';
import type {SurfaceLayout} from '../../core/data.ts';
import type {Experiment} from '../../core/experiment.ts';
import type {GradientFacet, Problem} from '../../core/problem.ts';
import type {BackendName} from '../../core/protocol.ts';
import {recordingFor} from '../../core/recording.ts';
import {type Fault, failure} from '../../core/result.ts';
import type {Solver, SolverContext, SolverState} from '../../core/solver.ts';
import type {StudyCommand} from '../../core/study.ts';
import {Arrivals, type Starts} from '../../numerics/surface/arrivals.ts';
import {surfaceOf, SURFACE_VARIABLE} from '../../numerics/surface/surface.ts';
import {loadData} from '../data.ts';
import {formulateProblem} from '../formulate.ts';
import {iterate} from '../iterate.ts';
import {solverFor} from '../tensorPlugins.ts';
import {disposeReplaced, tidyState} from '../tensors.ts';
import {tf} from '../tf.ts';
import {openBackend} from './backend.ts';
import {messageOf, type StudyServices} from './services.ts';

type BasinsCommand = Omit<Extract<StudyCommand, {readonly kind: 'basins'}>, 'kind' | 'base'>;

/**
 * Methods that treat each number by itself. For them G starts as one variable [G, 2] go exactly as G runs would; those that look at a
 * tensor's length would mix the starts up.
 */
const ELEMENTWISE = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'];

/** How often the picture is told on the way. */
const UPDATES = 10;

const isWhole = (value: number, least: number, most: number): boolean => Number.isInteger(value) && value >= least && value <= most;

/** Why basins can't be drawn, or null. */
function faultIn({experiment, contestant, side, iterations}: BasinsCommand): Fault | null {
  if (experiment.problem.id !== 'surface') return failure('problem.id', 'has no basins to draw; pick the surface').error;
  const entrant = experiment.contestants[contestant];
  const field = `contestants[${contestant}]`;
  if (!entrant) return failure(field, 'does not exist').error;
  const {id, params} = entrant.solver;
  if (!ELEMENTWISE.includes(id)) return failure(`${field}.solver.id`, `its steps depend on the whole tensor, so starts can't go side by side; choose one of ${ELEMENTWISE.join(', ')}`).error;
  if (params.perpGrad !== 'off') return failure(`${field}.solver.params.perpGrad`, 'looks at the whole tensor, so starts can\'t go side by side; switch it off').error;
  if (!isWhole(side, 2, MOST_BASIN_SIDE)) return failure('side', `must be a whole number from 2 to ${MOST_BASIN_SIDE}`).error;
  if (!isWhole(iterations, 1, MOST_BASIN_ITERATIONS)) return failure('iterations', `must be a whole number from 1 to ${MOST_BASIN_ITERATIONS}`).error;
  return null;
}

/** Starts from corner to corner of what is drawn, row by row. */
function gridOf({xRange, yRange}: SurfaceLayout, side: number): Starts {
  const at = ([low, high]: readonly [number, number], i: number): number => low + ((high - low) * i) / (side - 1);
  const points = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    points[2 * i] = at(xRange, i % side);
    points[2 * i + 1] = at(yRange, Math.floor(i / side));
  }
  return {points, side, xRange, yRange};
}

/** The problem with all starts in its one variable, [G, 2]; what a start's noise is stays as in a run of its own. */
function manyStarts(problem: Problem, {points}: Starts): Problem {
  const facet = problem.gradients as GradientFacet;
  const init = () => ({[SURFACE_VARIABLE]: tf.tensor2d(points, [points.length / 2, 2])});
  return {...problem, gradients: {...facet, init}};
}

/**
 * Follows a contestant's method from every point of a grid, all together, and tells which minimum each start reaches and after how many
 * iterations. Batches, schedules and noise are those of the contestant's own run.
 */
export async function basinsStudy(command: BasinsCommand, services: StudyServices): Promise<void> {
  const {experiment, contestant, side, iterations, request, exclude} = command;
  const {emit} = services;
  const fault = faultIn(command);
  if (fault) return emit({type: 'refused', ...fault});
  const data = await loadData(experiment, services.readFile);
  if (!data.ok) return emit({type: 'refused', ...data.error});
  const layout = data.value.surface;
  if (!layout) return emit({type: 'refused', field: 'dataset.id', message: 'is no function of x and y'});
  const backend = await openBackend(request, exclude, services);
  const problem = await formulateProblem(experiment, data.value);
  try {
    const starts = gridOf(layout, side);
    const context = contextOf(experiment, contestant, manyStarts(problem, starts));
    const solver = await solverFor(experiment.contestants[contestant].solver, problem);
    await follow(solver, context, new Arrivals(surfaceOf(layout.expression), starts), iterations, backend, emit);
    emit({type: 'done'});
  } catch (error) {
    emit({type: 'refused', field: `contestants[${contestant}]`, message: messageOf(error)});
  } finally {
    problem.dispose();
  }
}

function contextOf({contestants, seed}: Experiment, contestant: number, problem: Problem): SolverContext {
  const {solver, model} = contestants[contestant];
  return {problem, params: solver.params, model, seed};
}

/** Takes the steps, looks at all starts where a run would keep its network, and tells of them now and then. */
async function follow(solver: Solver, context: SolverContext, arrivals: Arrivals, iterations: number, backend: BackendName, emit: StudyServices['emit']): Promise<void> {
  const {keepsNetwork} = recordingFor('iterations', iterations, 1);
  let state: SolverState = tidyState(() => ({state: solver.init(context)})).state;
  let told = 0;
  try {
    for (let iteration = 1; iteration <= iterations; iteration++) {
      ({state} = await iterate(solver, context, state, iteration, 1));
      const last = iteration === iterations;
      if (!keepsNetwork(iteration) && !last) continue;
      arrivals.look(iteration, await solver.weights(context, state)[SURFACE_VARIABLE].data<'float32'>());
      emit({type: 'progress', share: iteration / iterations});
      const update = Math.floor((UPDATES * iteration) / iterations);
      if (update === told && !last) continue;
      told = update;
      emit({type: 'basins', basins: arrivals.basins(iterations), backend});
    }
  } finally {
    disposeReplaced(state, null);
  }
}

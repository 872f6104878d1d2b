import {CATALOGUE} from '../../catalogue.ts';
import type {Certifier} from '../../core/certificate.ts';
import type {Experiment} from '../../core/experiment.ts';
import {offerOf} from '../../core/plugin.ts';
import type {Evaluation, HostProblem} from '../../core/hostProblem.ts';
import {defaultsOf, type ParamValues} from '../../core/params.ts';
import {CERTIFICATE_TOLERANCE, type PathMethod, type PathPoint, type StudyCommand} from '../../core/study.ts';
import {formulateProblem} from '../formulate.ts';
import {type CertifierSide, loadCertifier} from '../hostPlugins.ts';
import {Run} from '../loop.ts';
import {neuronsOf} from '../neurons.ts';
import {solverFor} from '../tensorPlugins.ts';
import {openBackend} from './backend.ts';
import {messageOf, type StudyServices} from './services.ts';

type PathCommand = Extract<StudyCommand, {readonly kind: 'path'}>;

/** Relative width of a certified point. At 1e-4 many neurons that vanish at the optimum are still there and would be counted. */
const TOLERANCE = CERTIFICATE_TOLERANCE;
/** Rounds that one beta may take before its interval is told as it is. */
const MOST_ROUNDS = 40;
/** Iterations of ADMM that one beta gets. Most of the work was done at the beta before. */
const ITERATIONS = 300;
const PURSUER = 'convex-admm';

/**
 * A regularisation path: the experiment's problem at each of the given betas, in their order (descending), each point
 * started from the one before. Where a proof of the global optimum can be had its network is the point, with its lower
 * bound; elsewhere convex ADMM with pattern pursuit makes it, its first patterns being those of the neurons before.
 */
export async function pathStudy({experiment, betas, request, exclude}: Omit<PathCommand, 'kind' | 'base'>, services: StudyServices): Promise<void> {
  const {emit} = services;
  const refusal = refusalOf(experiment);
  if (refusal !== null) return emit({type: 'refused', field: 'problem', message: refusal});
  const loaded = await loadCertifier(experiment, services.readFile);
  if (!loaded.ok) return emit({type: 'refused', ...loaded.error});
  let done = 0;
  const tell = (method: PathMethod, point: PathPoint): void => {
    done++;
    emit({type: 'path', point, method});
    emit({type: 'progress', share: done / betas.length});
  };
  try {
    const certifier = globalCertifier(experiment, loaded.value, betas[0]);
    if (certifier) provePath(certifier, experiment, loaded.value, betas, (point) => tell('certified', point));
    else {
      const why = pursuitRefusal(experiment);
      if (why !== null) return emit({type: 'refused', field: 'problem', message: `has no path here: ${why}`});
      await openBackend(request, exclude, services);
      await pursuePath(experiment, loaded.value, betas, services, (point) => tell('pursuit', point));
    }
    emit({type: 'done'});
  } catch (error) {
    emit({type: 'refused', field: 'study', message: `stopped at \u03b2 = ${betas[done]}: ${messageOf(error)}`});
  }
}

function refusalOf({problem}: Experiment): string | null {
  return Object.hasOwn(CATALOGUE.problems[problem.id].params, 'beta') ? null : 'has no weight decay to follow a path of';
}

const contextOf = ({dataset, problem}: Experiment) => ({
  task: CATALOGUE.datasets[dataset.id].task(dataset.params), params: problem.params, losses: CATALOGUE.losses,
});

function pursuitRefusal(experiment: Experiment): string | null {
  const offer = offerOf(CATALOGUE.problems[experiment.problem.id], contextOf(experiment), CATALOGUE.solvers[PURSUER]);
  return offer === true ? null : offer;
}

const paramsAt = ({problem}: Experiment, beta: number): ParamValues => ({...problem.params, beta});

/** A certifier of the global optimum on these data that goes along betas, or null where there is none. */
function globalCertifier(experiment: Experiment, side: CertifierSide, beta: number): Certifier | null {
  if (CATALOGUE.problems[experiment.problem.id].certificate(contextOf(experiment)) !== true) return null;
  const made = side.certify(paramsAt(experiment, beta), null);
  return made.ok && made.value.scope === 'global' && made.value.withBeta ? made.value : null;
}

function provePath(first: Certifier, experiment: Experiment, side: CertifierSide, betas: readonly number[], tell: (point: PathPoint) => void): void {
  let certifier = first;
  for (const [i, beta] of betas.entries()) {
    if (i > 0) certifier = certifier.withBeta?.(beta) ?? certifier;
    let interval = certifier.advance();
    for (let round = 1; round < MOST_ROUNDS && interval.relativeGap > TOLERANCE && interval.improvable; round++) interval = certifier.advance();
    const {upper, lower, neurons} = interval;
    tell(pointOf(beta, neurons, lower, {...evaluated(side.host(paramsAt(experiment, beta)), certifier), objective: upper}));
  }
}

const evaluated = (host: HostProblem, certifier: Certifier): Evaluation => host.evaluate(certifier.network());

const pointOf = (beta: number, neurons: number, lower: number, {objective, trainLoss, testLoss, trainScore, testScore}: Evaluation): PathPoint => ({
  beta, objective, lower, neurons, trainLoss, testLoss, trainScore, testScore,
});

async function pursuePath(
  experiment: Experiment, side: CertifierSide, betas: readonly number[], {clock}: StudyServices, tell: (point: PathPoint) => void,
): Promise<void> {
  let gates: readonly (readonly number[])[] = [];
  for (const beta of betas) {
    const one = pursuitAt(experiment, beta, gates);
    const problem = await formulateProblem(one, side.data);
    const run = new Run(problem, await solverFor(one.contestants[0].solver, problem), one, 0, clock);
    try {
      let telemetry = await run.start();
      while (!telemetry.ending) telemetry = await run.advance({iterations: ITERATIONS, milliseconds: Number.POSITIVE_INFINITY});
      if (telemetry.ending.kind === 'diverged') throw new Error(telemetry.ending.reason);
      const network = telemetry.snapshots[telemetry.snapshots.length - 1];
      const {weights, directions, d} = neuronsOf(network, Number.POSITIVE_INFINITY);
      gates = Array.from(weights, (_, j) => Array.from(directions.subarray(j * d, (j + 1) * d)));
      tell(pointOf(beta, weights.length, Number.NaN, side.host(one.problem.params).evaluate(network)));
    } finally {
      run.dispose();
      problem.dispose();
    }
  }
}

/** One beta as an experiment of its own. @param gates to start from; none means sampled ones */
function pursuitAt(experiment: Experiment, beta: number, gates: readonly (readonly number[])[]): Experiment {
  const params = {...defaultsOf(CATALOGUE.solvers[PURSUER].params), source: 'pursuit', gates};
  return {
    ...experiment,
    problem: {...experiment.problem, params: paramsAt(experiment, beta)},
    contestants: [{name: 'path', colour: 'blue', solver: {id: PURSUER, params}, model: {}}],
    budget: {axis: 'iterations', amount: ITERATIONS},
  };
}

import type {HostProblem} from '../../core/hostProblem.ts';
import type {Problem} from '../../core/problem.ts';
import type {BackendName} from '../../core/protocol.ts';
import type {StudyCommand} from '../../core/study.ts';
import {measureCurvature, type NetworkPoint, STUDY_PLAN} from '../curvature.ts';
import {measureDirections} from '../directions.ts';
import {formulateProblem} from '../formulate.ts';
import {gradientCheck} from '../gradientCheck.ts';
import {loadHostProblem} from '../hostPlugins.ts';
import {openBackend} from './backend.ts';
import {messageOf, type StudyServices} from './services.ts';

type NetworkCommand = Omit<Extract<StudyCommand, {readonly kind: 'curvature' | 'directions' | 'gradientCheck'}>, 'kind' | 'base'>;

interface Opened {
  readonly problem: Problem;
  readonly host: HostProblem;
  readonly network: NetworkPoint;
  readonly backend: BackendName;
}

/** Opens the problem on a backend, does the work with a contestant's network, and ends with `done` or a refusal. */
async function withNetwork({experiment, contestant, network, request, exclude}: NetworkCommand, services: StudyServices, work: (opened: Opened) => Promise<void>): Promise<void> {
  const {emit} = services;
  const side = await loadHostProblem(experiment, services.readFile);
  if (!side.ok) return emit({type: 'refused', ...side.error});
  const {data, host} = side.value;
  const backend = await openBackend(request, exclude, services);
  const problem = await formulateProblem(experiment, data);
  try {
    const {model} = experiment.contestants[contestant];
    await work({problem, host, backend, network: {...network, model: network.model ?? model}});
    emit({type: 'done'});
  } catch (error) {
    emit({type: 'refused', field: `contestants[${contestant}]`, message: messageOf(error)});
  } finally {
    problem.dispose();
  }
}

/** Curvature of J/n at a contestant's network; the random vectors follow from the experiment's seed. */
export const curvatureStudy = (command: NetworkCommand, services: StudyServices): Promise<void> =>
  withNetwork(command, services, ({problem, network, backend}) =>
    measureCurvature(problem, network, command.experiment.seed, STUDY_PLAN, (curvature, share) => {
      services.emit({type: 'curvature', curvature, backend});
      services.emit({type: 'progress', share});
    }),
  );

/** The gradient and the two sharpest directions at a contestant's network: what planes are drawn along. */
export const directionsStudy = (command: NetworkCommand, services: StudyServices): Promise<void> =>
  withNetwork(command, services, async ({problem, network}) =>
    services.emit({type: 'directions', directions: await measureDirections(problem, network, command.experiment.seed)}),
  );

/** Whether the gradient that this backend computes is that of J at a contestant's network. */
export const gradientCheckStudy = (command: NetworkCommand, services: StudyServices): Promise<void> =>
  withNetwork(command, services, async ({problem, host, network, backend}) =>
    services.emit({type: 'gradientCheck', check: await gradientCheck(problem, host, network, command.experiment.seed), backend}),
  );

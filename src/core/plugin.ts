import type {Task} from './data.ts';
import type {ParamSpecs, ParamValues} from './params.ts';
import type {Fault} from './result.ts';

/**
 * Specs are what everyone may know of a plugin: plain data, no tensors. The code that does the work
 * stands in the same folder (`solver.ts`, `problem.ts`, `host.ts`, ...) and only workers load it.
 */
export interface Explanation {
  /** Plain sentences. */
  readonly text: string;
  /** KaTeX display formulas. */
  readonly formulas: readonly string[];
  /** Where it comes from. */
  readonly source?: string;
}

interface PluginSpec {
  /** Equals the folder's name; written into links, so it must never change. */
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  readonly params: ParamSpecs;
  readonly explain?: Explanation;
  /** What no single parameter's range can say (lengths that must agree, ...): the parameter at fault and why. */
  readonly check?: (params: ParamValues) => Fault | null;
}

export interface DatasetSpec extends PluginSpec {
  readonly family: 'generated' | 'real' | 'own';
  /** The task that a choice of parameters leads to, known without loading anything. */
  readonly task: (params: ParamValues) => Task;
  readonly licence?: string;
}

/** A loss has no parameters: what it weighs is the problem's business. */
export interface LossSpec extends Omit<PluginSpec, 'params' | 'check'> {
  readonly tasks: readonly Task[];
  /** Whether a scalar prox exists, which convex ADMM needs. */
  readonly hasProx: boolean;
}

/** What a problem can give a solver, and so what a solver can ask for. */
export const CAPABILITIES = ['gradients', 'newton', 'convexRelu', 'convexThreshold', 'convexRobust', 'binaryNetwork', 'binaryQuadratic'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What a solver that needs it is made for, where a problem says nothing of its own. */
const MADE_FOR: Readonly<Record<Capability, string>> = {
  gradients: 'networks with real weights',
  newton: 'softmax and logistic regression',
  convexRelu: 'two-layer ReLU networks',
  convexThreshold: 'threshold networks',
  convexRobust: 'the network under attack',
  binaryNetwork: 'networks with binary weights',
  binaryQuadratic: 'binary least squares',
};

export interface ProblemContext {
  readonly task: Task;
  readonly params: ParamValues;
  readonly losses: Readonly<Record<string, LossSpec>>;
}

export interface ProblemSpec extends PluginSpec {
  /** Parameters of a contestant's own network (width, initialisation), for solvers that train one. */
  readonly model: ParamSpecs;
  /** What no single range of a contestant's own network can say (width and heads, ...): the parameter at fault and why. */
  readonly checkModel?: (model: ParamValues) => Fault | null;
  /** What J is for a contestant's own network: those with equal answers share one J and are compared by it. Left out, all do. */
  readonly ownObjective?: (model: ParamValues) => string;
  /** The id of the loss in force. */
  readonly lossOf: (context: ProblemContext) => string;
  /** Why this problem can't be posed on such data, or null when it can. */
  readonly refuses: (context: ProblemContext) => string | null;
  /** For each capability that it has or could be thought to have: true, or the reason why it's missing here. */
  readonly offers: (context: ProblemContext) => Readonly<Partial<Record<Capability, true | string>>>;
  /** Words for a certificate: what it is over, as in "no two-layer ReLU network of any width can be lower", and what it counts. */
  readonly optimum: {readonly over: string; readonly counted: string};
  /** Whether a certified optimum can be asked for (its code stands in `certify.ts`), or the reason why not. */
  readonly certificate: (context: ProblemContext) => true | string;
}

/** Whether a problem gives a solver what it needs, or why not. */
export const offerOf = (problem: ProblemSpec, context: ProblemContext, {needs}: SolverSpec): true | string =>
  problem.offers(context)[needs] ?? `it is made for ${MADE_FOR[needs]}`;

/** A problem's spec, given the registered losses that it can offer. */
export type MakeProblemSpec = (losses: readonly LossSpec[]) => ProblemSpec;

export interface SolverSpec extends PluginSpec {
  /** At most ten characters, for legends on a phone. */
  readonly short: string;
  readonly needs: Capability;
  /** Whether the contestant has a network of its own to start from (the problem's `model` parameters). */
  readonly trainsModel: boolean;
  /** How iterations are turned into full-data passes, in words. */
  readonly costNote: string;
}

/** Everything that can be chosen, by id. */
export interface Catalogue {
  readonly datasets: Readonly<Record<string, DatasetSpec>>;
  readonly losses: Readonly<Record<string, LossSpec>>;
  readonly problems: Readonly<Record<string, ProblemSpec>>;
  readonly solvers: Readonly<Record<string, SolverSpec>>;
}

import type {CertifiedInterval} from '../../src/core/certificate.ts';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import {loadCertifier} from '../../src/engine/hostPlugins.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import {AllPatterns} from './allPatterns.ts';
import {readData} from './dataSets.ts';
import {parsed} from './open.ts';

const LOSSES: Readonly<Record<string, HostLoss>> = {squared, hinge, logistic};

/** What one process is asked to prove. Plain JSON: it travels as an argument. */
export interface Instance {
  readonly dataset: object;
  readonly loss: 'squared' | 'hinge' | 'logistic';
  readonly beta: number;
  readonly method: 'column generation' | 'all patterns' | 'threshold LASSO';
  /** Relative width to reach. */
  readonly tolerance: number;
  /** Seconds after which it stops where it is. */
  readonly limit: number;
}

export interface Measured {
  readonly interval: CertifiedInterval;
  readonly rounds: number;
  readonly seconds: number;
  /** Largest resident set of the process, and what Node and the bundle took before the work began; bytes. */
  readonly peak: number;
  readonly before: number;
}

async function begin({dataset, loss, beta, method}: Instance): Promise<() => () => CertifiedInterval> {
  const problem = method === 'threshold LASSO' ? {id: 'threshold-network', params: {beta}} : {id: 'two-layer-relu', params: {loss, beta}};
  const side = await loadCertifier(parsed({dataset, problem, contestants: [{solver: {id: 'sgd', params: {}}}]}), readData);
  if (!side.ok) throw new Error(side.error.message);
  const {data: {d, train}, certify} = side.value;
  return () => {
    if (method === 'all patterns') {
      const host = LOSSES[loss];
      const programme = new AllPatterns({n: train.n, d, x: train.x, y: train.y, loss: host, dual: host.dual!, beta});
      return () => programme.advance();
    }
    const certifier = certify(problem.params, null);
    if (!certifier.ok) throw new Error(certifier.error.message);
    return () => certifier.value.advance();
  };
}

/** Time from the prepared data to an interval of the tolerance, the listing of the patterns included. */
export async function measureInstance(instance: Instance): Promise<Measured> {
  const start = await begin(instance);
  const before = process.memoryUsage().rss;
  const from = performance.now();
  const seconds = (): number => (performance.now() - from) / 1000;
  const advance = start();
  let interval = advance();
  let rounds = 1;
  for (; interval.improvable && !(interval.relativeGap <= instance.tolerance) && seconds() < instance.limit; rounds++) interval = advance();
  return {interval, rounds, seconds: seconds(), peak: 1024 * process.resourceUsage().maxRSS, before};
}

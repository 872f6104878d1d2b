import {loadCertifier} from '../../src/engine/hostPlugins.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readData} from './dataSets.ts';
import {parsed} from './open.ts';
import {type Curve, openEngine, runArena} from './raceRuns.ts';
import {type Arena, ARENAS, RATES, WIDTH} from './raceSettings.ts';
import {chosen, type Section} from './section.ts';
import {ratio, show, table} from './table.ts';

const SHARES = [0.01, 0.001] as const;
/** Relative width of the certified optimum, and the seconds it may take. */
const NARROW = 1e-5;
const PATIENCE = 120;

interface Reached {
  readonly seconds: number;
  readonly passes: number;
}

/** When J first was at most `target`, as the records tell; infinite where it never was. */
function reach({objective, seconds, passes}: Curve, target: number): Reached {
  const at = objective.findIndex((j) => j <= target);
  return at < 0 ? {seconds: Number.POSITIVE_INFINITY, passes: Number.POSITIVE_INFINITY} : {seconds: seconds[at], passes: passes[at]};
}

const isAdam = ({entrant}: Curve): boolean => entrant.solver === 'adam';

/** Seconds, how they compare with Adam's, and passes, until J is within each share of `floor`. */
function reachCells(curve: Curve, curves: readonly Curve[], floor: number): readonly string[] {
  return SHARES.flatMap((share) => {
    const target = floor * (1 + share);
    const {seconds, passes} = reach(curve, target);
    const adam = Math.min(...curves.filter(isAdam).map((one) => reach(one, target).seconds));
    return [show(seconds), ratio(seconds, adam), show(passes)];
  });
}
const REACH_HEADER = SHARES.flatMap((share) => [`s to ${100 * share} %`, "/ Adam's", 'passes']);

/** The rate of the sweep, and whether a rate beyond the grid might have been better. */
const rateText = (rate: number | null): string => (rate === null ? '' : `${rate}${rate === RATES[0] || rate === RATES.at(-1) ? ' (end)' : ''}`);

function endTable(curves: readonly Curve[], best: number): string {
  const rows = curves.map((curve) => [
    curve.entrant.name, rateText(curve.entrant.rate), curve.final.toPrecision(5), (curve.final / best).toFixed(4),
    show(curve.seconds.at(-1) ?? Number.NaN), String(curve.neurons), `${(100 * curve.testScore).toFixed(1)} %`, ...reachCells(curve, curves, best),
  ]);
  return table(['contestant', 'rate', 'J at end', '/ best', 's in all', 'neurons', 'test', ...REACH_HEADER], rows);
}

const floorTable = (curves: readonly Curve[], floor: number): string =>
  table(['contestant', 'J at end', '/ floor', ...REACH_HEADER], curves.map((curve) => [curve.entrant.name, curve.final.toPrecision(5), (curve.final / floor).toFixed(5), ...reachCells(curve, curves, floor)]));

/** Pursuit beside each Adam: ends, and the time of each to the J that both reached. */
function pursuitLines(curves: readonly Curve[]): string {
  const pursuit = curves.find(({entrant}) => entrant.name === 'ADMM, pursuit');
  if (!pursuit) return '';
  return curves.filter(isAdam).map((adam) => {
    const common = Math.max(pursuit.final, adam.final);
    const [own, its] = [reach(pursuit, common).seconds, reach(adam, common).seconds];
    const points = 100 * (pursuit.testScore - adam.testScore);
    const ends = `J ${(pursuit.final / adam.final).toFixed(4)}x, ${pursuit.neurons} neurons, test accuracy ${points >= 0 ? '+' : ''}${points.toFixed(2)} points`;
    return `pursuit against ${adam.entrant.name}: ${ends}; to J = ${common.toPrecision(5)}, which both reached, ${show(own)} s against ${show(its)} s (${ratio(own, its)})`;
  }).join('\n');
}

/** The lower end of the certified optimum: what is within a share of it is within that share of the optimum. */
async function floorOf({dataset, beta}: Arena): Promise<number> {
  const side = await loadCertifier(parsed({dataset, problem: {id: 'two-layer-relu', params: {loss: 'squared', beta}}, contestants: [{solver: {id: 'sgd', params: {}}}]}), readData);
  if (!side.ok) throw new Error(side.error.message);
  const certifier = side.value.certify({loss: 'squared', beta}, null);
  if (!certifier.ok) throw new Error(certifier.error.message);
  const from = performance.now();
  let interval = certifier.value.advance();
  while (interval.improvable && interval.relativeGap > NARROW && performance.now() - from < 1000 * PATIENCE) interval = certifier.value.advance();
  console.log(`certified optimum: ${interval.lower.toPrecision(7)} to ${interval.upper.toPrecision(7)} (relative gap ${show(interval.relativeGap)}), ${interval.neurons} neurons; within a share of the lower end:`);
  return interval.lower;
}

export const race: Section = async ({quick, data}) => {
  prepareNodeBackends();
  const engine = await openEngine();
  console.log(`On ${engine.backend.backend} in Node, squared loss, networks of ${WIDTH} neurons. Times are the runs' own compute times, at their records (some 180 a run)${quick ? '; a tenth of the steps' : ''}.`);
  console.log('`(end)`: the best rate is at an end of the grid. `never`: not within the run.');
  for (const arena of chosen(ARENAS, data)) {
    console.log(`\n${arena.name}, beta ${arena.beta}`);
    const curves = await runArena(engine, arena, quick ? 0.1 : 1);
    const best = Math.min(...curves.flatMap(({objective}) => objective));
    console.log(`best J that any of them reached: ${best.toPrecision(6)}; within a share of it:`);
    console.log(endTable(curves, best));
    console.log(pursuitLines(curves));
    if (arena.certified) console.log(floorTable(curves, await floorOf(arena)));
  }
};

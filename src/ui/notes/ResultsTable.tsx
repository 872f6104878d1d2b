import type {Task} from '../../core/data.ts';
import type {Experiment} from '../../core/experiment.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {aboveOptimum} from '../../state/certified.ts';
import {sharingObjective} from '../../state/deepFindings.ts';
import type {Certificate} from '../../core/study.ts';
import {count, isFit, measured, number, percent, score, seconds} from '../format.ts';
import {useLive} from '../live.ts';
import {taskOf} from '../task.ts';
import {Swatch} from '../widgets/Swatch.tsx';
import {latest} from '../words.ts';

const select = ({experiment, runs, certificate}: BasinState) => ({experiment, runs, certificate: experiment.certificate ? certificate.certificate : null});

/** Where every contestant stands, in numbers. */
export function ResultsTable() {
  const {experiment, runs, certificate} = useLive(select, 400);
  // A sampled programme's optimum is no floor to measure from.
  const optimum = certificate?.scope === 'global' ? certificate : null;
  const task = taskOf(experiment);
  // A surface predicts nothing, and as J falls towards zero there, shares of the best one say nothing either.
  const predicts = task !== 'surface';
  const bests = bestAmongEquals(experiment, runs);
  return (
    <table className="table results" data-testid="results-table">
      <thead>
        <tr>
          <th scope="col">contestant</th>
          <th scope="col">J</th>
          {predicts && <th scope="col">{optimum ? 'above optimum' : 'above best'}</th>}
          {predicts && <th scope="col">test {isFit(task) ? 'R²' : 'acc.'}</th>}
        </tr>
      </thead>
      {experiment.contestants.map(({name, colour}, index) => {
        const run = runs.at(index);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a contestant is its place in the list
          <tbody key={index}>
            <tr>
              <th scope="row">
                <span className="table-name" title={name}>
                  <Swatch colour={colour} index={index} width={18} />
                  <span>{name}</span>
                </span>
              </th>
              <td>{measured(latest(run, 'objective'))}</td>
              {predicts && <td>{aboveText(run, bests.get(index) ?? Number.NaN, optimum)}</td>}
              {predicts && <td>{score(latest(run, 'testScore'), task)}</td>}
            </tr>
            <tr className="results-more">
              <td colSpan={predicts ? 4 : 2}>{run ? more(run, task) : '–'}</td>
            </tr>
          </tbody>
        );
      })}
    </table>
  );
}

/** For each contestant the lowest J among those whose J is the same measure. At the start nobody is best yet. */
function bestAmongEquals(experiment: Experiment, runs: readonly RunView[]): ReadonlyMap<number, number> {
  const started = runs.flatMap((run, index) => (run.progress.iteration > 0 ? [{index, objective: latest(run, 'objective')}] : []));
  return new Map(
    sharingObjective(experiment, started).flatMap((equals) => {
      const best = Math.min(...equals.map(({objective}) => objective).filter(Number.isFinite));
      return equals.map(({index}) => [index, best] as const);
    }),
  );
}

/** The rest of a row, on a line of its own: the column is too narrow for nine columns. */
const more = (run: RunView, task: Task): string =>
  [
    // How it ended is said only where it isn't the usual end.
    ...(run.status === 'finished' ? [] : [run.status]),
    ...(task === 'surface' ? [] : [`train ${score(latest(run, 'trainScore'), task)}`]),
    `${count(run.progress.iteration)} it`,
    ...(task === 'surface' ? [] : [`${number(run.progress.evaluations)} passes`]),
    seconds(run.progress.seconds),
  ].join(' · ');

function aboveText(run: RunView | undefined, best: number, optimum: Certificate | null): string {
  if (!run || run.status === 'diverged') return '–';
  const objective = latest(run, 'objective');
  if (!optimum) return gap(objective, best);
  const above = aboveOptimum(objective, optimum);
  if (above === null) return '–';
  const [least, most] = above;
  // Of an interval that is still wide, its far end is sure.
  return most - least <= Math.max(0.001, 0.05 * most) ? `+${percent(most)}` : `≤ ${percent(most, 2)}`;
}

const gap = (objective: number, best: number): string => {
  if (!Number.isFinite(objective) || !Number.isFinite(best) || best <= 0) return '–';
  return objective === best ? 'best' : `+${percent(objective / best - 1)}`;
};

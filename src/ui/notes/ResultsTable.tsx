import type {Task} from '../../core/data.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {count, measured, number, percent, score, seconds} from '../format.ts';
import {useLive} from '../live.ts';
import {taskOf} from '../task.ts';
import {Swatch} from '../widgets/Swatch.tsx';
import {latest} from '../words.ts';

const select = ({experiment, runs}: BasinState) => ({experiment, runs});

/** Where every contestant stands, in numbers. */
export function ResultsTable() {
  const {experiment, runs} = useLive(select, 400);
  const task = taskOf(experiment);
  // At the start nobody is best yet.
  const objectives = runs.filter((run) => run.progress.iteration > 0).map((run) => latest(run, 'objective'));
  const best = Math.min(...objectives.filter(Number.isFinite));
  return (
    <table className="table results" data-testid="results-table">
      <thead>
        <tr>
          <th scope="col">contestant</th>
          <th scope="col">J</th>
          <th scope="col">above best</th>
          <th scope="col">test {task === 'regression' ? 'R²' : 'acc.'}</th>
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
              <td>{run?.status === 'diverged' ? '–' : gap(latest(run, 'objective'), best)}</td>
              <td>{score(latest(run, 'testScore'), task)}</td>
            </tr>
            <tr className="results-more">
              <td colSpan={4}>{run ? more(run, task) : '–'}</td>
            </tr>
          </tbody>
        );
      })}
    </table>
  );
}

/** The rest of a row, on a line of its own: the column is too narrow for nine columns. */
const more = (run: RunView, task: Task): string =>
  [
    // How it ended is said only where it isn't the usual end.
    ...(run.status === 'finished' ? [] : [run.status]),
    `train ${score(latest(run, 'trainScore'), task)}`,
    `${count(run.progress.iteration)} it`,
    `${number(run.progress.evaluations)} passes`,
    seconds(run.progress.seconds),
  ].join(' · ');

const gap = (objective: number, best: number): string => {
  if (!Number.isFinite(objective) || !Number.isFinite(best) || best <= 0) return '–';
  return objective === best ? 'best' : `+${percent(objective / best - 1)}`;
};

import type {BasinState, RunView} from '../../state/types.ts';
import {count, measured, number, percent, score, scoreName, seconds} from '../format.ts';
import {useLive} from '../live.ts';
import {taskOf} from '../task.ts';
import {ScrollRegion} from '../widgets/ScrollRegion.tsx';
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
    <ScrollRegion label="Results">
      <table className="table" data-testid="results-table">
        <thead>
          <tr>
            <th scope="col">contestant</th>
            <th scope="col">J</th>
            <th scope="col">above best</th>
            <th scope="col" title={`${scoreName(task)} on the test set`}>
              test
            </th>
            <th scope="col" title={`${scoreName(task)} on the training set`}>
              train
            </th>
            <th scope="col">status</th>
            <th scope="col">iterations</th>
            <th scope="col">passes</th>
            <th scope="col">time</th>
          </tr>
        </thead>
        <tbody>
          {experiment.contestants.map(({name, colour}, index) => {
            const run = runs.at(index);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a contestant is its place in the list
              <tr key={index}>
                <th scope="row">
                  <span className="table-name" title={name}>
                    <Swatch colour={colour} index={index} width={18} /> {name}
                  </span>
                </th>
                <td>{measured(latest(run, 'objective'))}</td>
                <td>{run?.status === 'diverged' ? '–' : gap(latest(run, 'objective'), best)}</td>
                <td>{score(latest(run, 'testScore'), task)}</td>
                <td>{score(latest(run, 'trainScore'), task)}</td>
                <td>{run?.status ?? '–'}</td>
                <Progress run={run} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const gap = (objective: number, best: number): string => {
  if (!Number.isFinite(objective) || !Number.isFinite(best) || best <= 0) return '–';
  return objective === best ? 'best' : `+${percent(objective / best - 1)}`;
};

function Progress({run}: {readonly run: RunView | undefined}) {
  return (
    <>
      <td>{run ? count(run.progress.iteration) : '–'}</td>
      <td>{run ? number(run.progress.evaluations) : '–'}</td>
      <td>{run ? seconds(run.progress.seconds) : '–'}</td>
    </>
  );
}

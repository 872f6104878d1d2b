import {SegmentedControl} from '@mantine/core';
import {useState} from 'react';
import {SWEEP_POINTS, SWEEP_REACH} from '../../core/sweep.ts';
import {actions} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {count, isFit, measured, number, score} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {taskOf} from '../task.ts';
import {ContestantChoice} from '../widgets/ContestantChoice.tsx';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {RatesChart} from './RatesChart.tsx';
import {bestOf, divergesFrom, type Measure, type Sweep, sweepsOf} from '../../state/sweeps.ts';

const select = ({experiment, sweep, data, phase}: BasinState) => ({experiment, view: sweep, data, phase});

/** Where each contestant ends with other learning rates: whether all were tuned alike. */
export function RatesPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, view, data, phase} = useLive(select, 150);
  const [wanted, setChosen] = useState(0);
  const [measure, setMeasure] = useState<Measure>('objective');
  const ink = useInk();
  const all = sweepsOf(experiment, view);
  const chosen = all.find(({index}) => index === wanted) ?? all.at(0);
  const swept = all.filter(({points}) => points.length > 0);
  const running = view.status === 'running';
  const idle = phase === 'starting' || data === null;
  const task = taskOf(experiment);
  const tested = data !== null && data.testCount > 0;
  const start = chosen && (
    <>
      <button type="button" className="action" disabled={idle} onClick={() => actions.sweepRates([chosen.index])}>
        Sweep {chosen.name}
      </button>
      {all.length > 1 && (
        <button type="button" className="action" disabled={idle} onClick={() => actions.sweepRates(all.map(({index}) => index))}>
          Sweep all
        </button>
      )}
    </>
  );
  const tools = swept.length > 0 && (
    <>
      {tested && (
        <SegmentedControl size="xs" aria-label="What rates are judged by" value={measure} data={[{value: 'objective', label: 'J'}, {value: 'testScore', label: 'test score'}]} onChange={(value) => setMeasure(value === 'testScore' ? 'testScore' : 'objective')} />
      )}
      {running ? <StudyState status="running" share={view.share} reason="" onStop={actions.stopSweep} /> : start}
      <TableButton title="Learning rates tried" columns={['contestant', 'η', running ? 'J so far' : 'J at the end', 'test score']} rows={() => swept.flatMap(({name, points}) => points.map(({rate, objective, testScore}) => [name, number(rate), Number.isFinite(objective) ? measured(objective) : 'diverged', score(testScore, task)]))} />
    </>
  );
  return (
    <Panel title="Learning rates" tabs={tabs} className="rates" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {chosen && swept.length > 0 ? (
        <>
          <ContestantChoice label="Whose learning rate" contestants={all} chosen={chosen.index} onChoose={setChosen} />
          {chosen.points.length > 0 ? (
            <RatesChart sweeps={swept} chosen={chosen} measure={measure} fit={isFit(task)} ended={!running} ink={ink} onAdopt={(rate) => actions.setSolverParam(chosen.index, 'learningRate', rate)} />
          ) : (
            <Empty title={`${chosen.name} has not been swept yet.`}>{running ? 'It may be next.' : 'Its button is above.'}</Empty>
          )}
          {view.status === 'failed' && <p className="note study-failed">{view.reason}</p>}
          <p className="note" data-testid="rates-words">
            {running && chosen.points.length > 0 && `${soFarOf(chosen)} `}
            {!running && chosen.points.length > 0 && `${sentenceOf(chosen, measure)} `}
            {!running && swept.length > 1 && fairWords(all)}
          </p>
        </>
      ) : (
        <Empty title={view.status === 'failed' ? 'The rates could not be tried.' : running ? 'The first run is on its way …' : 'Was the learning rate a lucky one?'}>
          {running ? (
            <StudyState status="running" share={view.share} reason="" onStop={actions.stopSweep} />
          ) : (
            <>
              <p>{view.status === 'failed' ? view.reason : `Runs a contestant with ${SWEEP_POINTS} learning rates, from 1/${SWEEP_REACH} to ${SWEEP_REACH} times its own, each for the whole budget, and shows where they end. Where it can, all rates train side by side. Click one to take it.`}</p>
              <div className="rates-start">{start}</div>
            </>
          )}
        </Empty>
      )}
    </Panel>
  );
}

/** Where a sweep is that is not through: no word yet on which rate is best. */
function soFarOf({name, points}: Sweep): string {
  const reached = Math.max(...points.map(({iterations}) => iterations));
  return `So far: ${name} with ${points.length} rates, up to iteration ${count(reached)}.`;
}

/** What the sweep of one contestant says. */
function sentenceOf({name, own, points}: Sweep, measure: Measure): string {
  const best = bestOf(points, measure);
  if (!best) return `${name} diverged with all ${points.length} rates. Its start may be too large.`;
  const from = divergesFrom(points);
  const lost = from === null ? 'No rate diverged.' : `It diverges from about ${number(from, 2)} on.`;
  const at = points.findIndex(({rate}) => rate === best.rate);
  const edge = at === 0 || at === points.length - 1 ? ' That is the end of the range: take it and sweep again.' : '';
  const now = best.rate === own ? 'which it races with' : `it races with ${number(own)}`;
  return `${name} does best with η ${number(best.rate)} (J ${measured(best.objective)}); ${now}. ${lost}${edge}`;
}

/** Whether contestants have had the same chances. */
function fairWords(all: readonly Sweep[]): string {
  const untried = all.filter(({points}) => points.length === 0).map(({name}) => name);
  const tuned = all.flatMap(({name, own, points}) => (points.length > 0 ? [`${name} ${number(points[0].rate, 2)} to ${number(points[points.length - 1].rate, 2)}${bestOf(points, 'objective')?.rate === own ? ' (races with the best)' : ''}`] : []));
  return `Tried: ${tuned.join(', ')}.${untried.length > 0 ? ` Not tried: ${untried.join(', ')}.` : ''}`;
}

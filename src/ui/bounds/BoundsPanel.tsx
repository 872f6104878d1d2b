import {NativeSelect} from '@mantine/core';
import {useState} from 'react';
import {actions} from '../../state/basin.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {count, measured, number} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Empty} from '../widgets/Empty.tsx';
import {bounds} from '../offers.ts';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Toggle} from '../widgets/Toggle.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {BoundsChart} from './BoundsChart.tsx';
import {type Lifting, liftingOf} from './lifting.ts';

const select = ({experiment, runs, phase, certificate}: BasinState) => ({
  experiment,
  runs,
  phase,
  certificate: experiment.certificate ? certificate.certificate : null,
});

const COLUMNS = [
  ['upper bound', 'objective'],
  ['f(V)', 'relaxation'],
  ['lower bound', 'lowerBound'],
  ['box bound', 'boxBound'],
  ['λ_min(S)', 'leastEigenvalue'],
] as const;
const MOST_ROWS = 40;

/** Binary least squares between its bounds: the best rounding from above, the dual certificate from below. */
export function BoundsPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, runs, phase, certificate} = useLive(select, 150);
  const [chosen, setChosen] = useState<number | null>(null);
  const ink = useInk();
  const known = experiment.contestants.flatMap(({name, colour}, index) => (bounds(runs.at(index)) ? [{name, colour, index}] : []));
  const one = known.find(({index}) => index === chosen) ?? known.at(0);
  const run = one && runs.at(one.index);
  const tools = one && run && (
    <>
      <Swatch colour={one.colour} index={one.index} width={20} />
      {known.length > 1 ? (
        <NativeSelect
          size="xs"
          aria-label="Whose bounds"
          value={String(one.index)}
          data={known.map(({index, name}) => ({value: String(index), label: name}))}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        />
      ) : (
        <b className="panel-subject">{one.name}</b>
      )}
      <Toggle label="log" title="Logarithmic horizontal axis, here and in the race" pressed={experiment.view.logX} onToggle={(logX) => actions.setView({logX})} />
      <TableButton title={`Bounds of ${one.name}`} {...tableOf(run)} />
    </>
  );
  return (
    <Panel title="Bounds" tabs={tabs} className="bounds" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {one && run && run.progress.iteration > 0 ? (
        <>
          <BoundsChart name={one.name} history={run.history} logX={experiment.view.logX} certificate={certificate} colour={ink.contestants[one.colour]} ink={ink} />
          <LiftLine index={one.index} lifting={liftingOf(experiment, one.index, run)} over={run.ending !== null} />
        </>
      ) : known.length === 0 && phase !== 'starting' ? (
        <Empty title="Nobody in this race proves a bound.">Add the mixing method or Riemannian descent to see the two bounds close.</Empty>
      ) : (
        <Waiting phase={phase} what="The best rounding from above and the certified bound from below, as they close." />
      )}
    </Panel>
  );
}

/** The button that frees a run that is stuck for want of a column; its reason where it can't. */
function LiftLine({index, lifting, over}: {readonly index: number; readonly lifting: Lifting; readonly over: boolean}) {
  const able = 'at' in lifting;
  return (
    <div className="bounds-foot">
      <button type="button" className="action" disabled={!able} onClick={() => able && actions.lift(index, lifting.at)}>
        Lift along the eigenvector
      </button>
      <span className="faint bounds-why">
        {able ? `Adds a column at iteration ${count(lifting.at)}${over ? ', where it stood still,' : ''} and runs on.` : `Not now: ${lifting.refusal}.`}
      </span>
    </div>
  );
}

function tableOf({history}: RunView): {columns: readonly string[]; rows: () => readonly (readonly string[])[]} {
  const measuredColumns = COLUMNS.filter(([, metric]) => history.metrics[metric]?.some(Number.isFinite));
  const rows = (): readonly (readonly string[])[] => {
    const stride = Math.max(1, Math.ceil(history.iterations.length / MOST_ROWS));
    return history.iterations.flatMap((iteration, i) =>
      i % stride === 0 || i === history.iterations.length - 1
        ? [[count(iteration), ...measuredColumns.map(([, metric]) => (metric === 'leastEigenvalue' ? number(history.metrics[metric][i], 3) : measured(history.metrics[metric][i], 6)))]]
        : [],
    );
  };
  return {columns: ['iteration', ...measuredColumns.map(([name]) => name)], rows};
}

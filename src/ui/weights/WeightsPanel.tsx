import {NativeSelect, SegmentedControl} from '@mantine/core';
import {useEffect, useState} from 'react';
import type {BinaryWeights} from '../../core/protocol.ts';
import {actions} from '../../state/basin.ts';
import {binaryWeightsOf} from '../../state/fitting.ts';
import type {BasinState} from '../../state/types.ts';
import {count} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {CorrelationView} from './CorrelationView.tsx';
import {LossesView} from './LossesView.tsx';
import {lossesOf} from './losses.ts';
import {blocksOf} from './rows.ts';
import {RowsView} from './RowsView.tsx';
import {lossTable, rowTable, type Table, tileTable} from './tables.ts';
import {TilesView} from './TilesView.tsx';

const select = ({experiment, runs, weights, phase, certificate}: BasinState) => ({
  experiment,
  runs,
  weights,
  phase,
  certificate: experiment.certificate ? certificate.certificate : null,
});

type View = 'rows' | 'pairs' | 'losses' | 'tiles';
const LABELS: Readonly<Record<View, string>> = {rows: 'rows', pairs: 'pairs', losses: 'losses', tiles: 'tiles'};
const isView = (value: string): value is View => Object.hasOwn(LABELS, value);

/** Binary weights: the rows that they are drawn from, how they hang together, what the drawn networks are worth. */
export function WeightsPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, runs, weights, phase, certificate} = useLive(select, 200);
  const [wanted, setView] = useState<View>('rows');
  const [chosen, setChosen] = useState<number | null>(null);
  const ink = useInk();
  useEffect(() => {
    actions.watchWeights(true);
    return () => actions.watchWeights(false);
  }, []);
  const known = experiment.contestants.flatMap(({name, colour}, index) => {
    const found = weights[runs.at(index)?.runId ?? ''];
    return found ? [{name, colour, index, found}] : [];
  });
  // Circles and spheres show the most, so whoever has one is looked at first.
  const one = known.find(({index}) => index === chosen) ?? known.find(({found}) => found.rank === 1 || found.rank === 2) ?? known.at(0);
  const views = (['rows', 'pairs', 'losses', 'tiles'] as const).filter((view) => view !== 'tiles' || known.some(({found}) => found.image));
  const view = views.includes(wanted) ? wanted : 'rows';
  // The relaxation's rank counts the anchor's column, a network's does not.
  const quadratic = binaryWeightsOf(experiment) === 'quadratic';
  const rounding = quadratic ? 'plane' : 'anchored';
  const tools = (
    <>
      <SegmentedControl size="xs" aria-label="View of the weights" value={view} data={views.map((value) => ({value, label: LABELS[value]}))} onChange={(value) => isView(value) && setView(value)} />
      {one && known.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label="Whose weights"
          value={String(one.index)}
          data={known.map(({index, name}) => ({value: String(index), label: name}))}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        />
      )}
      {one && <TableButton title={`Weights of ${one.name}`} {...tableOf(view, one.found, certificate)} />}
    </>
  );
  return (
    <Panel title="Binary weights" tabs={tabs} className="weights" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {one ? (
        <>
          <p className="weights-head">
            <Swatch colour={one.colour} index={one.index} width={20} /> <b>{one.name}</b>
            <span className="faint figure">
              rank {one.found.rank + (quadratic ? 1 : 0)}, iteration {count(one.found.iteration)}
            </span>
          </p>
          {view === 'rows' && <RowsView weights={one.found} name={one.name} ink={ink} />}
          {view === 'pairs' && <CorrelationView weights={one.found} name={one.name} rounding={rounding} ink={ink} />}
          {view === 'losses' && <LossesView weights={one.found} name={one.name} certificate={certificate} colour={ink.contestants[one.colour]} ink={ink} />}
          {view === 'tiles' && <TilesView weights={one.found} name={one.name} ink={ink} />}
        </>
      ) : phase === 'paused' || phase === 'finished' ? (
        <Empty title="The weights are on their way …">Networks are drawn from each distribution, and measured.</Empty>
      ) : (
        <Waiting phase={phase} what="The weights of each contestant: where their rows point, how they hang together, what sampled networks are worth." />
      )}
    </Panel>
  );
}

function tableOf(view: View, weights: BinaryWeights, certificate: Parameters<typeof lossesOf>[1]): Table {
  switch (view) {
    case 'rows':
    case 'pairs':
      return rowTable(weights);
    case 'losses':
      return lossTable(weights, lossesOf(weights, certificate));
    case 'tiles':
      return tileTable(weights, blocksOf(weights)[0]);
  }
}

import {SegmentedControl} from '@mantine/core';
import {useElementSize} from '@mantine/hooks';
import {useMemo, useState} from 'react';
import {attendsIn} from '../../state/fitting.ts';
import type {BasinState} from '../../state/types.ts';
import {measured} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {Key} from '../plots/Plot.tsx';
import {xScaleOf} from '../race/series.ts';
import {ContestantChoice} from '../widgets/ContestantChoice.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {onAxis} from '../words.ts';
import type {Heat} from './drawHeat.ts';
import {HeatView} from './HeatView.tsx';
import {FIRST_DASH, type Profile, ProfileChart} from './ProfileChart.tsx';
import {brokenWords, type FirstLayer, hasLayers, layersOf, logRange, profileAt, QUANTITIES, type Quantity} from './profiles.ts';

const select = ({experiment, runs, phase}: BasinState) => ({experiment, runs, phase});

const WORDS: Readonly<Record<Quantity, {readonly short: string; readonly long: string; readonly note: (first: FirstLayer) => string}>> = {
  rms: {short: 'hidden state', long: 'RMS of the hidden state', note: (first) => `Root mean square of the hidden state; 0 is the ${first}.`},
  slope: {short: 'gradient', long: 'RMS of the gradient', note: (first) => `Root mean square of dJ/dh; 0 is the ${first}, which the gradient reaches last.`},
};
const isQuantity = (value: string): value is Quantity => QUANTITIES.some((one) => one === value);
/** From here on map and curves stand side by side. */
const ROOM_FOR_TWO = 560;

/** The hidden state and the gradient, layer by layer: over time for one contestant, at the latest record for all. */
export function LayersPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, runs, phase} = useLive(select, 200);
  const [quantity, setQuantity] = useState<Quantity>('rms');
  const [wanted, setChosen] = useState(0);
  const {ref, width} = useElementSize();
  const ink = useInk();
  const known = experiment.contestants.flatMap(({name, colour}, index) => {
    const run = runs.at(index);
    return run && hasLayers(run) ? [{name, colour, index, history: run.history}] : [];
  });
  const one = known.find(({index}) => index === wanted) ?? known.at(0);
  const first: FirstLayer = attendsIn(experiment) ? 'embedding' : 'input';
  const {axis, logX} = experiment.view;
  const heat = useMemo((): Heat | null => {
    const history = one?.history;
    if (!history) return null;
    const points = runs.map((run) => ({points: run.history[axis].filter((x) => !logX || x > 0).map((x) => ({x, y: 0}))}));
    const columns = layersOf(history, quantity);
    return {columns, xs: history[axis], xScale: xScaleOf(points, experiment), range: logRange(columns)};
  }, [one?.history, runs, experiment, axis, logX, quantity]);
  const profiles = known.map(({history, ...who}): Profile => {
    const columns = layersOf(history, quantity);
    const last = history.iterations.length - 1;
    return {...who, first: profileAt(columns, 0), latest: profileAt(columns, last), begun: last > 0};
  });
  const {long, note} = WORDS[quantity];
  const broken = profiles.flatMap(({name, latest}) => brokenWords(latest, first)?.replace(/^/, `${name}, `) ?? []);
  const tools = (
    <>
      <SegmentedControl size="xs" aria-label="What is shown of each layer" value={quantity} data={QUANTITIES.map((value) => ({value, label: WORDS[value].short}))} onChange={(value) => isQuantity(value) && setQuantity(value)} />
      <TableButton title={`${long} by layer`} {...tableOf(profiles, first)} disabled={profiles.length === 0} />
    </>
  );
  return (
    <Panel title="Layers" tabs={tabs} className="layers" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {one && heat ? (
        <>
          <ContestantChoice label="Whose layers over time" contestants={known} chosen={one.index} onChoose={setChosen} />
          <div ref={ref} className="layers-pictures" data-both={width >= ROOM_FOR_TWO}>
            <HeatView heat={heat} first={first} ink={ink} showX={(x) => onAxis(x, axis)} label={`${one.name}: ${long} by layer and time, on a logarithmic colour scale`} />
            <div className="layers-curves">
              <p className="layers-reading">
                <span>all contestants, over the layers →</span>
                {profiles.some(({begun}) => begun) && (
                  <Key stroke={ink.faint} dash={FIRST_DASH}>
                    at the start
                  </Key>
                )}
              </p>
              <ProfileChart profiles={profiles} chosen={one.index} quantity={long} first={first} ink={ink} />
            </div>
          </div>
          {broken.length > 0 ? <p className="note layers-broken">{broken.join('; ')}.</p> : <p className="note">{note(first)}</p>}
        </>
      ) : (
        <Waiting phase={phase} what="How large the hidden state is after each layer, and the gradient that reaches it." />
      )}
    </Panel>
  );
}

/** Layer by layer, each contestant at the start and now. */
function tableOf(profiles: readonly Profile[], firstLayer: FirstLayer): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} {
  const deepest = Math.max(...profiles.map(({latest}) => latest.length), 0);
  return {
    columns: ['layer', ...profiles.flatMap(({name, begun}) => (begun ? [`${name}, start`, `${name}, now`] : [`${name}, start`]))],
    rows: () =>
      Array.from({length: deepest}, (_, layer) => [
        layer === 0 ? `0 (${firstLayer})` : String(layer),
        ...profiles.flatMap(({first, latest, begun}) => (begun ? [cellOf(first, layer), cellOf(latest, layer)] : [cellOf(latest, layer)])),
      ]),
  };
}

const cellOf = (profile: readonly number[], layer: number): string => (layer >= profile.length ? '' : Number.isNaN(profile[layer]) ? 'not a number' : measured(profile[layer]));

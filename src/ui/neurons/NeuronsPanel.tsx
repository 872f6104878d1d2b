import {NativeSelect, SegmentedControl} from '@mantine/core';
import {useElementSize} from '@mantine/hooks';
import {memo, useCallback, useMemo, useState} from 'react';
import type {DataSummary} from '../../core/protocol.ts';
import type {BasinState} from '../../state/types.ts';
import {count, measured, number, percent} from '../format.ts';
import {useLive} from '../live.ts';
import {dashOf, type Ink, useInk} from '../palette.ts';
import {Key} from '../plots/Plot.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {drawCells, drawSectors, type Population} from './cells.ts';
import {DRAWN_FROM, drawKinks, drawLines} from './lines.ts';
import {NormBars, neuronWords} from './NormBars.tsx';

const select = ({experiment, runs, neurons, data, phase}: BasinState) => ({contestants: experiment.contestants, runs, neurons, data, phase});

type View = 'cells' | 'lines' | 'norms';
const VIEWS: readonly {readonly value: View; readonly label: string}[] = [
  {value: 'cells', label: 'cells'},
  {value: 'lines', label: 'edges'},
  {value: 'norms', label: 'weights'},
];
const ALL = 'all';
/** From here on cells and edges stand side by side. */
const ROOM_FOR_TWO = 540;

/** The hidden neurons of the contestants' networks: their directions, their edges in the data, their weights. */
export function NeuronsPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {contestants, runs, neurons, data, phase} = useLive(select, 200);
  const [view, setView] = useState<View>('cells');
  const [who, setWho] = useState(ALL);
  const ink = useInk();
  const known = contestants.flatMap(({name, colour}, index) => {
    const found = neurons[runs.at(index)?.runId ?? ''];
    return found ? [{name, colour: ink.contestants[colour], neurons: found, index}] : [];
  });
  const shown = known.some(({index}) => String(index) === who) ? known.filter(({index}) => String(index) === who) : known;
  // Cells are drawn where a direction has two or three components.
  const flat = data !== null && data.scatter.kind !== 'components';
  const tools = (
    <>
      {flat && <SegmentedControl size="xs" aria-label="View of the neurons" value={view} data={[...VIEWS]} onChange={setView} />}
      <NativeSelect
        size="xs"
        aria-label="Whose neurons"
        value={who}
        data={[{value: ALL, label: 'all contestants'}, ...contestants.map(({name}, index) => ({value: String(index), label: name}))]}
        onChange={(event) => setWho(event.currentTarget.value)}
      />
      <TableButton title="Neurons by contestant" {...tableOf(known)} disabled={known.length === 0} />
    </>
  );
  return (
    <Panel title="Neurons" tabs={tabs} className="neurons" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {data && shown.length > 0 ? (
        <>
          {flat && view !== 'norms' ? (
            <Pictures data={data} populations={shown} view={view} ink={ink} />
          ) : (
            <div className="smalls" data-count={shown.length}>
              {shown.map((one) => (
                <figure key={one.index} className="small">
                  <figcaption>
                    <Swatch colour={contestants[one.index].colour} index={one.index} width={20} /> <b>{one.name}</b>{' '}
                    <span className="faint">{count(one.neurons.weights.length)} active</span>
                  </figcaption>
                  <NormBars neurons={one.neurons} name={one.name} colour={one.colour} ink={ink} />
                </figure>
              ))}
            </div>
          )}
          <p className="note">{captionOf(flat ? view : 'norms', data)}</p>
        </>
      ) : (
        <Waiting phase={phase} what="Each neuron of each contestant: where it turns on, and how much it weighs." />
      )}
    </Panel>
  );
}

interface PicturesProps {
  readonly data: DataSummary;
  readonly populations: readonly Population[];
  readonly view: View;
  readonly ink: Ink;
}

function Pictures({data, populations, view, ink}: PicturesProps) {
  const {ref, width} = useElementSize();
  const both = width >= ROOM_FOR_TWO;
  // A new list at each look would redraw the picture; the neurons themselves say whether anything changed.
  const key = populations.map(({name, colour, neurons}) => `${name} ${colour} ${neurons.iteration} ${neurons.weights.length}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the populations
  const held = useMemo(() => populations, [key]);
  const oneInput = data.scatter.kind === 'curve';
  const cells: Draw = useCallback((context, w, h) => (oneInput ? drawSectors : drawCells)(context, w, h, data, held, ink), [data, held, ink, oneInput]);
  const words = populations.map(({name, neurons}) => `${name}: ${neuronWords(neurons)}`).join('. ');
  return (
    <div ref={ref} className="neuron-pictures" data-both={both}>
      {(both || view === 'cells') && <Picture draw={cells} label={`Directions of the neurons among the cells that the samples cut. ${words}.`} testId="cells" />}
      {(both || view === 'lines') && (
        <div className="multiples" data-count={held.length}>
          {held.map((population, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a contestant is its place in the list
            <Edges key={at} data={data} population={population} ink={ink} />
          ))}
        </div>
      )}
    </div>
  );
}

/** The data with one contestant's edges. */
const Edges = memo(function Edges({data, population, ink}: {readonly data: DataSummary; readonly population: Population; readonly ink: Ink}) {
  const draw: Draw = useCallback(
    (context, w, h) => (data.scatter.kind === 'curve' ? drawKinks : drawLines)(context, w, h, data, population, ink),
    [data, population, ink],
  );
  return (
    <figure className="multiple">
      <div className="multiple-picture">
        <Picture draw={draw} label={`Edges of ${population.name} in the plane of inputs: ${neuronWords(population.neurons)}`} testId="edges" />
      </div>
      <figcaption>
        <span className="multiple-name">
          <Key stroke={population.colour} dash={dashOf(population.index)} /> {population.name}
        </span>
      </figcaption>
    </figure>
  );
});

function captionOf(view: View, data: DataSummary): string {
  const marks = '● α > 0 ○ α < 0';
  switch (view) {
    case 'cells':
      return data.scatter.kind === 'curve'
        ? `Every direction a neuron can take. Lines are samples, sectors activation patterns; up: on for all, down: for none. ${marks}`
        : `Every direction a neuron can take. Lines are samples, cells activation patterns; centre: on for all, rim: for none. ${marks}`;
    case 'lines':
      return `Where a neuron turns on; the shade is its active side. Dashed: α < 0. Below ${percent(DRAWN_FROM)} of the heaviest: not drawn.`;
    case 'norms':
      return 'Weight |u||α| of each active neuron, largest first; hollow and downwards where α < 0.';
  }
}

const tableOf = (known: readonly Population[]): {columns: readonly string[]; rows: () => readonly (readonly string[])[]} => ({
  columns: ['contestant', 'iteration', 'active', 'α > 0', 'α < 0', 'sum |u||α|', 'largest'],
  rows: () =>
    known.map(({name, neurons: {iteration, weights, signs}}) => [
      name,
      count(iteration),
      count(weights.length),
      count(signs.filter((sign) => sign > 0).length),
      count(signs.filter((sign) => sign < 0).length),
      measured(weights.reduce((sum, weight) => sum + weight, 0)),
      number(weights[0] ?? Number.NaN),
    ]),
});

import {NativeSelect, SegmentedControl} from '@mantine/core';
import {useState} from 'react';
import {type Basins, OTHER_FATES} from '../../core/basins.ts';
import {actions} from '../../state/basin.ts';
import {basinIterations} from '../../state/labStudies.ts';
import type {BasinState} from '../../state/types.ts';
import {count, measured, percent} from '../format.ts';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {basinColour, fateCount} from './basinPicture.ts';
import {BasinsMap} from './BasinsMap.tsx';
import {minimumText, placeText} from './place.ts';

const select = ({experiment, basins, phase, data}: BasinState) => ({experiment, view: basins, idle: phase === 'starting' || data === null});

/** Starts a side. */
const SIDES = ['41', '81', '161'];

/** Where a method leads from everywhere: one colour and number for each minimum. */
export function BasinsPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, view, idle} = useLive(select, 150);
  const [chosen, setChosen] = useState(0);
  const [side, setSide] = useState('81');
  const ink = useInk();
  const {contestants} = experiment;
  const index = Math.min(chosen, contestants.length - 1);
  const {status, basins} = view;
  const subject = contestants.at(view.contestant);
  const tools = (
    <>
      <NativeSelect
        size="xs"
        aria-label="Contestant whose basins"
        value={String(index)}
        data={contestants.map(({name}, i) => ({value: String(i), label: name}))}
        onChange={(event) => setChosen(Number(event.currentTarget.value))}
      />
      <SegmentedControl size="xs" aria-label="Starts a side" value={side} data={SIDES} onChange={setSide} />
      {status !== 'running' && (
        <button type="button" className="action" disabled={idle} onClick={() => actions.computeBasins(index, Number(side))}>
          Draw basins
        </button>
      )}
    </>
  );
  return (
    <Panel title="Basins of attraction" tabs={tabs} className="basins" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {basins && subject ? (
        <>
          <div className="starts-head">
            <Swatch colour={subject.colour} index={view.contestant} width={20} />
            <b>{subject.name}</b>
            <span className="faint figure">
              {count(basins.side ** 2)} starts, {count(basins.iteration)} of {count(basins.iterations)} iterations
            </span>
            <StudyState status={status} share={view.share} reason={view.reason} onStop={actions.stopBasins} />
            <TableButton title={`Minima that ${subject.name} reaches`} columns={['minimum', 'at', 'f', 'starts']} rows={() => rowsOf(basins)} />
          </div>
          <BasinsMap basins={basins} start={[Number(subject.model.startX), Number(subject.model.startY)]} label={wordsOf(basins, subject.name)} ink={ink} />
          <Legend basins={basins} ink={ink} />
        </>
      ) : (
        <Empty title={status === 'running' ? 'The starts are on their way …' : status === 'failed' ? 'The basins could not be drawn.' : 'Which minimum, from where?'}>
          {status === 'running' ? (
            <StudyState status={status} share={view.share} reason="" onStop={actions.stopBasins} />
          ) : (
            <p>
              {status === 'failed'
                ? view.reason
                : `Follows one contestant from a grid of starts for ${count(basinIterations(experiment))} iterations and colours each by the minimum that it reaches. Pale starts took longer; hatched ones diverged.`}
            </p>
          )}
        </Empty>
      )}
    </Panel>
  );
}

/** Minima named in the legend; the table has them all. */
const NAMED = 8;

function Legend({basins, ink}: {readonly basins: Basins; readonly ink: Ink}) {
  const total = basins.reached.length;
  const others = [
    ['further', `one of ${count(basins.furtherMinima)} further minima`],
    ['diverged', 'diverged'],
    ['underWay', 'still under way'],
    ['undefined', 'f undefined'],
  ] as const;
  return (
    <ul className="basins-legend" data-testid="basins-legend">
      {basins.minima.slice(0, NAMED).map(({x, y, value, valley, starts}, i) => (
        <li key={`${x} ${y}`} title={`f = ${measured(value)}`}>
          <span className="basin-key" style={{background: basinColour(ink, i)}}>
            {i + 1}
          </span>
          {valley.length > 0 && 'valley through '}
          {placeText(basins, {x, y})} <span className="figure">{percent(starts / total, 2)}</span>
        </li>
      ))}
      {basins.minima.length > NAMED && <li className="faint">and {count(basins.minima.length - NAMED)} more</li>}
      {others
        .map(([fate, words]) => ({fate, words, many: fateCount(basins, OTHER_FATES[fate])}))
        .filter(({many}) => many > 0)
        .map(({fate, words, many}) => (
          <li key={fate} className="faint">
            <span className="basin-key" data-fate={fate} /> {words} <span className="figure">{percent(many / total, 2)}</span>
          </li>
        ))}
    </ul>
  );
}

function wordsOf(basins: Basins, name: string): string {
  const {minima, reached} = basins;
  const led = minima.slice(0, NAMED).map(({starts}, i) => `${minimumText(basins, i)} from ${percent(starts / reached.length, 2)}`);
  const rest = minima.length + basins.furtherMinima - led.length;
  const lost = fateCount(basins, OTHER_FATES.diverged);
  return `${name} reaches ${led.length > 0 ? led.join(', ') : 'no minimum'}${rest > 0 ? ` and ${count(rest)} more` : ''}${lost > 0 ? `; ${percent(lost / reached.length, 2)} of the starts diverged` : ''}.`;
}

const rowsOf = (basins: Basins): readonly (readonly string[])[] =>
  basins.minima.map(({x, y, value, valley, starts}, i) => [String(i + 1), `${valley.length > 0 ? 'valley through ' : ''}${placeText(basins, {x, y}, 6)}`, measured(value), count(starts)]);

import {useElementSize} from '@mantine/hooks';
import {useEffect, useMemo, useState} from 'react';
import type {AttentionPicture} from '../../core/protocol.ts';
import {actions} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {count, measured} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {ContestantChoice} from '../widgets/ContestantChoice.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {BarsView} from './BarsView.tsx';
import {effectiveOf, gridFor, meanOf, type Place, placeWithin, strongestKey, weightsOf} from './heads.ts';
import {MapView} from './MapView.tsx';
import {SmallsView} from './SmallsView.tsx';
import {Stepper} from './Stepper.tsx';

const select = ({experiment, attention, runs, data, phase}: BasinState) => ({contestants: experiment.contestants, attention, runs, data, phase});

/** From here on the small pictures stand beside the large one. */
const ROOM_FOR_TWO = 560;

/** The small pictures' share of the room. */
const SHARE = 0.33;
/** Room for a layer's number above its small pictures, in pixels. */
const LABEL = 14;

/** Who attends to whom in one contestant's network, for one sample. */
export function AttentionPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {contestants, attention, runs, data, phase} = useLive(select, 150);
  const [wanted, setContestant] = useState(0);
  const [example, setExample] = useState(0);
  const [chosen, setPlace] = useState<Place>({layer: 0, head: 0});
  const {ref, width, height} = useElementSize();
  const ink = useInk();
  const contestant = Math.min(wanted, contestants.length - 1);
  // Other data may have fewer.
  const asked = data ? Math.min(example, data.trainCount + data.testCount - 1) : example;
  useEffect(() => actions.watchAttention({contestant, example: asked}), [contestant, asked]);
  useEffect(() => () => actions.watchAttention(null), []);
  // The picture may still be that of the contestant before.
  const index = runs.findIndex(({runId}) => runId === attention?.runId);
  const shown = attention && index >= 0 ? attention.picture : null;
  const place = shown ? placeWithin(chosen, shown) : chosen;
  const title = shown ? `Attention of ${contestants[index].name}, example ${count(shown.example + 1)}` : 'Attention';
  const tools = shown && (
    <>
      <Stepper value={Math.min(asked, shown.examples - 1)} total={shown.examples} onChange={setExample} />
      <span className="faint tool-words">{data && (shown.example < data.trainCount ? 'training' : 'test')}</span>
      <TableButton title={title} {...tableOf(shown)} />
    </>
  );
  const [layers, heads] = shown ? [shown.layers, shown.heads] : [1, 1];
  const several = layers * heads > 1;
  const both = width >= ROOM_FOR_TWO;
  const grid = useMemo(() => gridFor(both ? SHARE * width : width, both ? height : SHARE * height, layers, heads, LABEL), [both, width, height, layers, heads]);
  return (
    <Panel title="Attention" tabs={tabs} className="attention" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools || undefined}>
      {shown ? (
        <>
          <ContestantChoice label="Whose attention" contestants={contestants.map((one, at) => ({...one, index: at}))} chosen={contestant} onChoose={setContestant} />
          <div ref={ref} className="attention-pictures" data-both={both} data-several={several}>
            {several && <SmallsView picture={shown} grid={grid} place={place} onChoose={setPlace} ink={ink} />}
            {shown.queries.length === 1 ? (
              <BarsView picture={shown} place={place} name={contestants[index].name} colour={ink.contestants[contestants[index].colour]} ink={ink} />
            ) : (
              <MapView picture={shown} place={place} name={contestants[index].name} ink={ink} />
            )}
          </div>
          <p className="note">
            {several && `Layer ${place.layer + 1}, head ${place.head + 1}. `}
            {shown.queries.length > 1 && 'Shade: square root of the weight, up to the largest of each head. '}
            Keys attended to: e to the entropy of a row. Iteration {count(shown.iteration)}.
          </p>
        </>
      ) : (
        <Waiting phase={phase} what="Which tokens look at which, in every layer and head." />
      )}
    </Panel>
  );
}

/** Every layer and head in numbers. */
const tableOf = (picture: AttentionPicture): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} => ({
  columns: ['layer', 'head', 'keys attended to', 'fewest', 'most', 'last query looks at'],
  rows: () =>
    Array.from({length: picture.layers * picture.heads}, (_, i) => {
      const place = {layer: Math.floor(i / picture.heads), head: i % picture.heads};
      const effective = effectiveOf(picture, place);
      const weights = weightsOf(picture, place);
      const query = picture.queries.length - 1;
      const key = strongestKey(weights, query, picture.keys.length);
      return [
        String(place.layer + 1),
        String(place.head + 1),
        measured(meanOf(effective), 3),
        measured(Math.min(...effective), 3),
        measured(Math.max(...effective), 3),
        `${picture.keys[key]} (${key + 1}): ${measured(weights[query * picture.keys.length + key], 3)}`,
      ];
    }),
});

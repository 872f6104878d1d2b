import {type MouseEvent, useCallback, useRef, useState} from 'react';
import type {AttentionPicture} from '../../core/protocol.ts';
import {measured} from '../format.ts';
import type {Ink} from '../palette.ts';
import {among, inBox, Picker} from '../widgets/Picker.tsx';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {drawMap, type Picked, type Square, squareFor} from './drawAttention.ts';
import {effectiveOf, meanOf, type Place, strongestKey, weightsOf} from './heads.ts';

interface Props {
  readonly picture: AttentionPicture;
  readonly place: Place;
  /** Whose attention, for the picture's description. */
  readonly name: string;
  readonly ink: Ink;
}

/** One attention, large: each query's row of weights over the keys. */
export function MapView({picture, place, name, ink}: Props) {
  const {queries, keys} = picture;
  const [held, setPicked] = useState<Picked | null>(null);
  const square = useRef<Square | null>(null);
  const picked = held && held.query < queries.length && held.key < keys.length ? held : null;
  const draw: Draw = useCallback(
    (context, width, height) => {
      square.current = squareFor(context, width, height, queries, keys);
      drawMap(context, width, height, picture, place, picked, ink);
    },
    [picture, place, picked, ink, queries, keys],
  );
  const at = (event: MouseEvent<HTMLElement>): Picked | null => {
    const {x, y} = inBox(event);
    if (!square.current) return picked;
    const {left, top, across, down} = square.current;
    const key = Math.floor((x - left) / across);
    const query = Math.floor((y - top) / down);
    // On a query's word its whole row is meant.
    return query < 0 || query >= queries.length || key >= keys.length ? null : {query, key: key < 0 ? strongestKey(weightsOf(picture, place), query, keys.length) : key};
  };
  const step = (right: number, up: number): Picked => {
    const from = picked ?? {query: queries.length - 1, key: 0};
    return {query: among(queries.length, from.query - up), key: among(keys.length, from.key + right)};
  };
  const reading = picked ? readingOf(picture, place, picked) : '';
  const words = `${name}, layer ${place.layer + 1}, head ${place.head + 1}: ${queries.length} × ${keys.length} attention weights; ${keysWords(meanOf(effectiveOf(picture, place)))} on average`;
  return (
    <div className="attention-map">
      <p className="layers-reading figure">
        {reading ? <output>{reading}</output> : <span>{meanWords(picture, place)}; asks ↓ is looked at →</span>}
      </p>
      <Picker
        className="layers-map"
        label="Attention weights. Arrow keys move from cell to cell."
        now={picked ? picked.query * keys.length + picked.key : 0}
        most={queries.length * keys.length - 1}
        words={reading || 'no cell chosen'}
        at={at}
        step={step}
        onPick={setPicked}
      >
        <Picture draw={draw} label={words} testId="attention-map" />
      </Picker>
    </div>
  );
}

/** "2.31 keys". */
const keysWords = (effective: number): string => `${measured(effective, 3)} ${effective === 1 ? 'key' : 'keys'}`;

export const meanWords = (picture: AttentionPicture, place: Place): string => {
  const {queries, keys} = picture;
  return `attends to ${keysWords(meanOf(effectiveOf(picture, place)))} of ${keys.length}${queries.length > 1 ? ' on average' : ''}`;
};

function readingOf(picture: AttentionPicture, place: Place, {query, key}: Picked): string {
  const {queries, keys} = picture;
  const weight = weightsOf(picture, place)[query * keys.length + key];
  return `“${queries[query]}” (${query + 1}) attends to ${keysWords(effectiveOf(picture, place)[query])}; “${keys[key]}” (${key + 1}): ${measured(weight, 3)}`;
}

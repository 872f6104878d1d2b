import {type KeyboardEvent, type PointerEvent, useCallback, useRef, useState} from 'react';
import type {AttentionPicture} from '../../core/protocol.ts';
import {measured} from '../format.ts';
import type {Ink} from '../palette.ts';
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
  const onPoint = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    if (!square.current) return;
    const {left, top, across, down} = square.current;
    const key = Math.floor((event.clientX - box.left - left) / across);
    const query = Math.floor((event.clientY - box.top - top) / down);
    // On a query's word its whole row is meant.
    setPicked(query < 0 || query >= queries.length || key >= keys.length ? null : {query, key: key < 0 ? strongestKey(weightsOf(picture, place), query, keys.length) : key});
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const move = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!move) return;
    const from = picked ?? {query: queries.length - 1, key: 0};
    setPicked({query: Math.min(Math.max(from.query + move[0], 0), queries.length - 1), key: Math.min(Math.max(from.key + move[1], 0), keys.length - 1)});
    event.preventDefault();
  };
  const reading = picked ? readingOf(picture, place, picked) : '';
  const words = `${name}, layer ${place.layer + 1}, head ${place.head + 1}: ${queries.length} × ${keys.length} attention weights; ${keysWords(meanOf(effectiveOf(picture, place)))} on average`;
  return (
    <div className="attention-map">
      <p className="layers-reading figure">
        {reading ? <output>{reading}</output> : <span>{meanWords(picture, place)}; asks ↓ is looked at →</span>}
      </p>
      <div
        className="layers-map"
        role="slider"
        tabIndex={0}
        aria-label="Attention weights. Arrow keys move from cell to cell."
        aria-valuenow={picked ? picked.query * keys.length + picked.key : 0}
        aria-valuemin={0}
        aria-valuemax={queries.length * keys.length - 1}
        aria-valuetext={reading || 'no cell chosen'}
        onPointerMove={onPoint}
        onPointerDown={onPoint}
        onPointerLeave={() => setPicked(null)}
        onBlur={() => setPicked(null)}
        onKeyDown={onKey}
      >
        <Picture draw={draw} label={words} testId="attention-map" />
      </div>
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

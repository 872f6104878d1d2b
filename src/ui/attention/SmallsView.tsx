import {type KeyboardEvent, type MouseEvent, useCallback} from 'react';
import type {AttentionPicture} from '../../core/protocol.ts';
import type {Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {drawSmalls} from './drawAttention.ts';
import {type Grid, heightOf, moved, type Place, placeAt} from './heads.ts';
import {meanWords} from './MapView.tsx';

interface Props {
  readonly picture: AttentionPicture;
  readonly grid: Grid;
  readonly place: Place;
  readonly onChoose: (place: Place) => void;
  readonly ink: Ink;
}

/** All layers and heads, small: a click or the arrow keys choose the one that is enlarged. */
export function SmallsView({picture, grid, place, onChoose, ink}: Props) {
  const {layers, heads} = picture;
  const draw: Draw = useCallback((context) => drawSmalls(context, grid, picture, place, ink), [grid, picture, place, ink]);
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const next = moved(place, event.key, picture, grid);
    if (!next) return;
    onChoose(next);
    event.preventDefault();
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const next = placeAt(grid, picture, event.clientX - box.left, event.clientY - box.top);
    if (next) onChoose(next);
  };
  return (
    <div
      className="attention-smalls"
      style={{height: heightOf(grid, heads)}}
      role="slider"
      tabIndex={0}
      aria-label="All layers and heads. Arrow keys choose one."
      aria-valuenow={place.layer * heads + place.head}
      aria-valuemin={0}
      aria-valuemax={layers * heads - 1}
      aria-valuetext={`layer ${place.layer + 1}, head ${place.head + 1}: ${meanWords(picture, place)}`}
      onKeyDown={onKey}
      onClick={onClick}
    >
      <Picture draw={draw} label={`${layers} ${layers === 1 ? 'layer' : 'layers'} of ${heads} ${heads === 1 ? 'head' : 'heads'}, small`} testId="attention-smalls" />
    </div>
  );
}

import {type KeyboardEvent, type PointerEvent, useCallback, useState} from 'react';
import {measured, tick} from '../format.ts';
import {cssColour, type Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {type Cell, cellAt, drawHeat, type Heat} from './drawHeat.ts';
import {type FirstLayer, layerName} from './profiles.ts';

interface Props {
  readonly heat: Heat;
  readonly first: FirstLayer;
  readonly ink: Ink;
  /** What the map is of, for its description. */
  readonly label: string;
  /** A record's place on the horizontal axis, in words. */
  readonly showX: (x: number) => string;
}

/** Layer against time for one contestant; values are read under the pointer or by arrow keys. */
export function HeatView({heat, first, ink, label, showX}: Props) {
  const [held, setPicked] = useState<Cell | null>(null);
  const {columns, xs, range} = heat;
  const [records, layers] = [xs.length, columns.length];
  const picked = held && held.record < records && held.layer < layers ? held : null;
  const draw: Draw = useCallback((context, width, height) => drawHeat(context, width, height, heat, picked, ink), [heat, picked, ink]);
  const onPoint = (event: PointerEvent<HTMLElement>): void => {
    const {left, top, width, height} = event.currentTarget.getBoundingClientRect();
    setPicked(cellAt(width, height, heat, event.clientX - left, event.clientY - top));
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const move = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (!move) return;
    const {record, layer} = picked ?? {record: records - 1, layer: 0};
    setPicked({record: Math.min(Math.max(record + move[0], 0), records - 1), layer: Math.min(Math.max(layer + move[1], 0), layers - 1)});
    event.preventDefault();
  };
  const reading = picked ? `${layerName(picked.layer, first)}, ${showX(xs[picked.record])}: ${valueWords(columns[picked.layer][picked.record])}` : '';
  return (
    <div className="layers-heat">
      <p className="layers-reading figure">
        {reading ? (
          <output>{reading}</output>
        ) : (
          <>
            <span>layer ↑</span>
            {range && <Legend range={range} ink={ink} />}
          </>
        )}
      </p>
      <div
        className="layers-map"
        role="slider"
        tabIndex={0}
        aria-label="Values by layer and time. Arrow keys move from cell to cell."
        aria-valuenow={picked ? picked.record * layers + picked.layer : 0}
        aria-valuemin={0}
        aria-valuemax={Math.max(records * layers - 1, 0)}
        aria-valuetext={reading || 'no cell chosen'}
        onPointerMove={onPoint}
        onPointerDown={onPoint}
        onPointerLeave={() => setPicked(null)}
        onBlur={() => setPicked(null)}
        onKeyDown={onKey}
      >
        <Picture draw={draw} label={label} testId="layer-heat" />
      </div>
    </div>
  );
}

const valueWords = (value: number): string => (Number.isNaN(value) ? 'not a number' : measured(value));

/** The colours from end to end of their log scale. */
function Legend({range: [low, high], ink}: {readonly range: readonly [number, number]; readonly ink: Ink}) {
  const middle = Math.sqrt(low * high);
  return (
    <span className="layers-legend">
      {tick(low)}
      <span className="layers-ramp" style={{background: `linear-gradient(to right, ${ink.landscape.map(cssColour).join(', ')})`}} />
      <span className="visually-hidden">over {tick(middle)} to</span>
      {tick(high)}
    </span>
  );
}

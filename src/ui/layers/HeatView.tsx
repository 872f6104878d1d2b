import {useCallback, useState} from 'react';
import {measured, tick} from '../format.ts';
import {cssColour, type Ink} from '../palette.ts';
import {among, inBox, Picker} from '../widgets/Picker.tsx';
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
  const step = (right: number, up: number): Cell => {
    const {record, layer} = picked ?? {record: records - 1, layer: 0};
    return {record: among(records, record + right), layer: among(layers, layer + up)};
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
      <Picker
        className="layers-map"
        label="Values by layer and time. Arrow keys move from cell to cell."
        now={picked ? picked.record * layers + picked.layer : 0}
        most={Math.max(records * layers - 1, 0)}
        words={reading || 'no cell chosen'}
        at={(event) => {
          const {x, y, width, height} = inBox(event);
          return cellAt(width, height, heat, x, y);
        }}
        step={step}
        onPick={setPicked}
      >
        <Picture draw={draw} label={label} testId="layer-heat" />
      </Picker>
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

import {SegmentedControl} from '@mantine/core';
import {useState} from 'react';
import type {AttentionPicture} from '../../core/protocol.ts';
import {measured} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Plot} from '../plots/Plot.tsx';
import {scaleOf} from '../race/series.ts';
import {type Bar, barsOf, type Place, weightsOf} from './heads.ts';
import {meanWords} from './MapView.tsx';

interface Props {
  readonly picture: AttentionPicture;
  readonly place: Place;
  readonly name: string;
  readonly colour: string;
  readonly ink: Ink;
}

/** The weights of a single query over its keys. The key that is asked for is marked, where there is one. */
export function BarsView({picture, place, name, colour, ink}: Props) {
  const [order, setOrder] = useState<'key' | 'weight'>('key');
  const {keys, wanted} = picture;
  const weights = weightsOf(picture, place);
  const bars = barsOf(weights, order);
  const most = Math.max(...weights, 0) || 1;
  const asked = wanted === undefined ? undefined : bars.find(({key}) => key === wanted);
  const askedWords = asked ? `the key asked for, ${keys[asked.key]}, has ${measured(asked.weight, 3)}` : 'no single key is asked for';
  const words = `${name}: ${meanWords(picture, place)}; ${askedWords}; the largest weight is ${measured(most, 3)}`;
  return (
    <div className="attention-map">
      <div className="layers-reading figure">
        <span>
          {meanWords(picture, place)}; {askedWords}
        </span>
        <SegmentedControl size="xs" aria-label="Order of the keys" value={order} data={[{value: 'key', label: 'by key'}, {value: 'weight', label: 'sorted'}]} onChange={(value) => setOrder(value === 'weight' ? 'weight' : 'key')} />
      </div>
      <Plot xScale={scaleOf(0, keys.length, false, 6)} yScale={scaleOf(0, most * 1.12, false, 4)} ink={ink} label={words} testId="attention-bars">
        {(frame) =>
          bars.map(({key, weight}: Bar, at) => {
            const [left, right] = [frame.x(at), frame.x(at + 1)];
            const isAsked = key === wanted;
            return (
              <g key={key}>
                <rect x={left + 0.5} y={frame.y(weight)} width={Math.max(right - left - 1, 0.5)} height={frame.bottom - frame.y(weight)} fill={colour} fillOpacity={isAsked ? 1 : 0.45} />
                {isAsked && <path d={`M${(left + right) / 2 - 4} ${frame.y(weight) - 9}h8l-4 6z`} fill={ink.text} />}
              </g>
            );
          })
        }
      </Plot>
    </div>
  );
}

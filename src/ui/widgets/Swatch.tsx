import type {Colour} from '../../core/experiment.ts';
import {dashOf, useInk} from '../palette.ts';

/** A contestant's line: its colour and its dash, as in every picture. */
export function Swatch({colour, index, width = 26}: {readonly colour: Colour; readonly index: number; readonly width?: number}) {
  const ink = useInk();
  return (
    <svg className="swatch" width={width} height={10} viewBox={`0 0 ${width} 10`} aria-hidden="true">
      <line
        x1="1"
        y1="5"
        x2={width - 1}
        y2="5"
        stroke={ink.contestants[colour]}
        strokeWidth="3"
        strokeDasharray={dashOf(index)}
      />
    </svg>
  );
}

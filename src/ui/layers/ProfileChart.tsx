import type {Colour} from '../../core/experiment.ts';
import {dashOf, type Ink} from '../palette.ts';
import {Curve, Plot} from '../plots/Plot.tsx';
import {scaleFor} from '../plots/scales.ts';
import {type Point, scaleOf} from '../race/series.ts';
import {type FirstLayer, profileWords} from './profiles.ts';

export interface Profile {
  readonly index: number;
  readonly name: string;
  readonly colour: Colour;
  /** By layer, at iteration 0 and at the latest record. */
  readonly first: readonly number[];
  readonly latest: readonly number[];
  /** Whether there is more than the start. */
  readonly begun: boolean;
}

interface Props {
  readonly profiles: readonly Profile[];
  /** The contestant whose line is strong. */
  readonly chosen: number;
  readonly quantity: string;
  readonly first: FirstLayer;
  readonly ink: Ink;
}

/** Where a run stood at iteration 0. */
export const FIRST_DASH = '1 4';

/** Only what a log axis has a place for. */
const pointsOf = (profile: readonly number[]): readonly Point[] => profile.map((y, x) => ({x, y})).filter(({y}) => Number.isFinite(y) && y > 0);

/** All contestants over the layers: at the latest record, and dotted as they were at the start. */
export function ProfileChart({profiles, chosen, quantity, first: firstLayer, ink}: Props) {
  const deepest = Math.max(...profiles.map(({latest}) => latest.length - 1), 1);
  const values = profiles.flatMap(({first, latest}) => [...first, ...latest]);
  const words = profiles.map(({name, latest}) => `${name}: ${profileWords(latest, firstLayer)}`).join('; ');
  return (
    <Plot xScale={scaleOf(0, deepest, false, Math.min(deepest, 8))} yScale={scaleFor(values, true, 4)} ink={ink} label={`${quantity} over the layers at the latest record. ${words}`} testId="layer-profiles">
      {(frame) => (
        <>
          {profiles.map(({index, colour, first, begun}) => begun && <Curve key={index} frame={frame} points={pointsOf(first)} stroke={ink.contestants[colour]} dash={FIRST_DASH} width={1.6} />)}
          {profiles.map(({index, colour, latest}) => (
            <g key={index}>
              <Curve frame={frame} points={pointsOf(latest)} stroke={ink.contestants[colour]} dash={dashOf(index)} width={index === chosen ? 2.8 : 1.8} />
              {index === chosen && pointsOf(latest).map(({x, y}) => <circle key={x} cx={frame.x(x)} cy={frame.y(y)} r={2.4} fill={ink.contestants[colour]} />)}
            </g>
          ))}
        </>
      )}
    </Plot>
  );
}

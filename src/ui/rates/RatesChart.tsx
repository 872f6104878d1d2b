import {type MouseEvent, useState} from 'react';
import type {RatePoint} from '../../core/sweep.ts';
import {measured, number, percent} from '../format.ts';
import {dashOf, type Ink} from '../palette.ts';
import {Curve, Plot, type PlotFrame} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import {type Point, type Scale, shareOf} from '../race/series.ts';
import {alongPlot, among, Picker} from '../widgets/Picker.tsx';
import {bestOf, divergesFrom, type Measure, type Sweep, resultOf} from '../../state/sweeps.ts';

interface Props {
  /** Those with points. */
  readonly sweeps: readonly Sweep[];
  /** The one whose points can be taken. */
  readonly chosen: Sweep;
  readonly measure: Measure;
  /** Whether the score is R². */
  readonly fit: boolean;
  /** Whether all runs are at their end. */
  readonly ended: boolean;
  readonly ink: Ink;
  readonly onAdopt: (rate: number) => void;
}

/** J beyond so many times the best of all is drawn at the frame's edge, so that bad rates don't flatten the good ones; */
const ROOM = 1e4;
/** but every contestant's best has so much room above it, however far below another's lies. */
const OWN_ROOM = 30;

/** Where each learning rate ends, for all contestants that were swept. */
export function RatesChart({sweeps, chosen, measure, fit, ended, ink, onAdopt}: Props) {
  const [picked, setPicked] = useState<number | null>(null);
  const {points, own} = chosen;
  const rates = sweeps.flatMap((sweep) => sweep.points.map(({rate}) => rate));
  const xScale = spanScale(Math.min(...rates) / 1.15, Math.max(...rates) * 1.15, true, 6);
  const yScale = yScaleOf(sweeps, measure);
  const at = picked === null ? undefined : points.at(picked);
  const now = picked ?? nearest(points, xScale, shareOf(xScale, own));
  const atPointer = (event: MouseEvent<HTMLElement>): number | null => {
    const share = alongPlot(event);
    return share === null ? null : nearest(points, xScale, share);
  };
  const words = at ? readingOf(at, measure, fit) : `${points.length} rates; it races with ${number(own)}`;
  return (
    <>
      <p className="curvature-reading figure">{at ? words : `${measure === 'objective' ? (ended ? 'J at the end' : 'J so far') : fit ? 'test R²' : 'test accuracy'} against the learning rate η →`}</p>
      <Picker
        className="rates-chart"
        label={`Learning rates of ${chosen.name}. Arrow keys move, Enter takes the rate.`}
        now={now}
        most={points.length - 1}
        words={words}
        at={atPointer}
        step={(right, up) => among(points.length, now + right + up)}
        onPick={setPicked}
        onTake={(index) => onAdopt(points[index].rate)}
      >
        <Plot xScale={xScale} yScale={yScale} ink={ink} xTick={(value) => number(value)} label={`Learning rates of ${sweeps.map(({name}) => name).join(', ')}. ${words}`} testId="rates-plot">
          {(frame) => (
            <>
              <rect data-plot-area x={frame.left} y={frame.top} width={frame.right - frame.left} height={frame.bottom - frame.top} fill="transparent" />
              <Diverged frame={frame} points={points} ink={ink} />
              {at && <line x1={frame.x(at.rate)} x2={frame.x(at.rate)} y1={frame.top} y2={frame.bottom} stroke={ink.faint} />}
              {sweeps.map((sweep) => (
                <SweepCurve key={sweep.index} frame={frame} sweep={sweep} strong={sweep.index === chosen.index} measure={measure} yScale={yScale} ink={ink} />
              ))}
            </>
          )}
        </Plot>
      </Picker>
    </>
  );
}

/** The rates at which the chosen contestant diverges. */
function Diverged({frame, points, ink}: {readonly frame: PlotFrame; readonly points: readonly RatePoint[]; readonly ink: Ink}) {
  const from = divergesFrom(points);
  if (from === null) return null;
  const left = Math.max(frame.left, frame.x(from));
  return (
    <g data-testid="rates-diverged">
      <rect x={left} y={frame.top} width={Math.max(0, frame.right - left)} height={frame.bottom - frame.top} fill={ink.rule} fillOpacity={0.45} />
      <text className="plot-tick" x={(left + frame.right) / 2} y={frame.bottom - 6} textAnchor="middle" fill={ink.faint} stroke={ink.paper}>
        diverges
      </text>
    </g>
  );
}

interface CurveProps {
  readonly frame: PlotFrame;
  readonly sweep: Sweep;
  readonly strong: boolean;
  readonly measure: Measure;
  readonly yScale: Scale;
  readonly ink: Ink;
}

function SweepCurve({frame, sweep: {index, colour, own, points}, strong, measure, yScale, ink}: CurveProps) {
  const stroke = ink.contestants[colour];
  const line = points.map((point): Point => ({x: point.rate, y: resultOf(point, measure)})).filter(({y}) => Number.isFinite(y) && (!yScale.log || y > 0));
  const raced = points.findIndex(({rate}) => rate === own);
  return (
    <g>
      <Curve frame={frame} points={line} stroke={stroke} dash={dashOf(index)} width={strong ? 2.6 : 1.6} />
      {line.map(({x, y}) => (
        <circle key={x} cx={frame.x(x)} cy={frame.y(y)} r={strong ? 3 : 2} fill={stroke} />
      ))}
      {strong && points.flatMap(({rate, objective}) => (objective === Number.POSITIVE_INFINITY ? [<Cross key={rate} x={frame.x(rate)} y={frame.top + 7} stroke={stroke} />] : []))}
      {raced >= 0 && Number.isFinite(resultOf(points[raced], measure)) && <circle cx={frame.x(own)} cy={frame.y(resultOf(points[raced], measure))} r={strong ? 6.5 : 5} fill="none" stroke={stroke} strokeWidth={1.6} />}
    </g>
  );
}

const Cross = ({x, y, stroke}: {readonly x: number; readonly y: number; readonly stroke: string}) => (
  <path d={`M${x - 3} ${y - 3}l6 6m0 -6l-6 6`} stroke={stroke} strokeWidth={1.8} />
);

function yScaleOf(sweeps: readonly Sweep[], measure: Measure): Scale {
  const values = sweeps.flatMap(({points}) => points.map((point) => resultOf(point, measure))).filter(Number.isFinite);
  if (measure === 'testScore') return scaleFor(values.map((value) => Math.max(value, -1)), false);
  const least = Math.min(...values);
  // Of a given function J may be negative.
  if (least <= 0) return scaleFor(values, false);
  const bests = sweeps.flatMap(({points}) => bestOf(points, measure)?.objective ?? []);
  const top = Math.max(least * ROOM, OWN_ROOM * Math.max(...bests));
  return scaleFor(values.map((value) => Math.min(value, top)), true);
}

function nearest(points: readonly RatePoint[], scale: Scale, share: number): number {
  const distance = (i: number): number => Math.abs(shareOf(scale, points[i].rate) - share);
  return points.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
}

function readingOf(point: RatePoint, measure: Measure, fit: boolean): string {
  if (point.objective === Number.POSITIVE_INFINITY) return `η ${number(point.rate)}: diverged by iteration ${point.iterations}`;
  const value = resultOf(point, measure);
  return `η ${number(point.rate)}: ${measure === 'objective' ? `J ${measured(value)}` : fit ? `test R² ${measured(value)}` : `test accuracy ${percent(value)}`}`;
}

import {type MouseEvent, useState} from 'react';
import type {LandscapeLine, LineCurve} from '../../core/protocol.ts';
import {measured, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot, type PlotFrame} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import {alongPlot, among, Picker} from '../widgets/Picker.tsx';
import type {Walker} from './LandscapePicture.tsx';

interface Props {
  readonly line: LandscapeLine;
  readonly logValues: boolean;
  readonly walkers: readonly Walker[];
  readonly ink: Ink;
}

const DASHES = ['', '6 3'] as const;

/** J along the straight line between two networks, with the height of the barrier over its chord. */
export function LinePicture({line, logValues, walkers, ink}: Props) {
  const [picked, setPicked] = useState<number | null>(null);
  const {t, curves} = line;
  const values = curves.flatMap((curve) => [...curve.values]).filter(Number.isFinite);
  const log = logValues && Math.min(...values) > 0;
  const [from, to] = [line.of, line.to].map((runId) => walkers.find((walker) => walker.runId === runId));
  const ends = [from?.name ?? 'the first network', to?.name ?? 'the other'] as const;
  const words = curves.map((curve) => barrierWords(curve, curves.length > 1)).join('; ');
  const reading = picked === null ? words : `t = ${number(t[picked], 3)}: ${curves.map((curve) => `${curves.length > 1 ? `${curve.label} ` : ''}J = ${measured(curve.values[picked], 4)}`).join(', ')}`;
  const now = picked ?? nearest(t, 0.5);
  const atPointer = (event: MouseEvent<HTMLElement>): number | null => {
    const share = alongPlot(event);
    return share === null ? null : nearest(t, t[0] + share * (t[t.length - 1] - t[0]));
  };
  return (
    <Picker
      className="line-picture"
      label={`J on the line from ${ends[0]} to ${ends[1]}. Arrow keys move along it.`}
      now={t[now]}
      least={t[0]}
      most={t[t.length - 1]}
      words={reading}
      at={atPointer}
      step={(right, up) => among(t.length, now + right + up)}
      onPick={setPicked}
    >
      <p className="path-reading figure" data-testid="line-reading">
        {picked === null
          ? curves.map((curve, i) => (
              <Key key={curve.label} stroke={ink.text} dash={DASHES[i]}>
                {barrierWords(curve, curves.length > 1)}
              </Key>
            ))
          : reading}
      </p>
      <Plot
        xScale={spanScale(t[0], t[t.length - 1], false, 6)}
        yScale={scaleFor(values, log)}
        ink={ink}
        xTick={(value) => (value === 0 ? ends[0] : value === 1 ? ends[1] : number(value, 2))}
        label={`J on the line from ${ends[0]} to ${ends[1]}: ${words}`}
        testId="line-plot"
      >
        {(frame) => (
          <>
            <rect data-plot-area x={frame.left} y={frame.top} width={frame.right - frame.left} height={frame.bottom - frame.top} fill="transparent" />
            {picked !== null && <line x1={frame.x(t[picked])} x2={frame.x(t[picked])} y1={frame.top} y2={frame.bottom} stroke={ink.faint} strokeOpacity={0.7} />}
            {curves.map((curve, i) => (
              <g key={curve.label}>
                <Chord frame={frame} t={t} curve={curve} ink={ink} />
                {finitePieces(t, curve.values).map((points) => (
                  <Curve key={points[0].x} frame={frame} points={points} stroke={ink.text} dash={DASHES[i]} />
                ))}
              </g>
            ))}
            {[from, to].map((walker, end) => walker && <End key={walker.runId} frame={frame} walker={walker} at={end} value={curves[0].values[nearest(t, end)]} ink={ink} />)}
          </>
        )}
      </Plot>
    </Picker>
  );
}

function barrierWords({label, barrier, at}: LineCurve, named: boolean): string {
  const name = named ? `${label}: ` : '';
  if (barrier === 0) return `${name}no barrier`;
  return barrier === Number.POSITIVE_INFINITY ? `${name}J is not finite on the way` : `${name}barrier ${measured(barrier, 3)} at t = ${number(at, 2)}`;
}

const nearest = (t: Float64Array, to: number): number => t.reduce((best, value, i) => (Math.abs(value - to) < Math.abs(t[best] - to) ? i : best), 0);

/** The curve between the places where J is not finite. */
function finitePieces(t: Float64Array, values: Float64Array): readonly (readonly {readonly x: number; readonly y: number}[])[] {
  const pieces: {x: number; y: number}[][] = [[]];
  for (const [i, y] of values.entries()) {
    if (Number.isFinite(y)) pieces[pieces.length - 1].push({x: t[i], y});
    else pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** The chord that the barrier is measured from, and the barrier. On a log axis a chord is a curve. */
function Chord({frame, t, curve: {values, barrier, at}, ink}: {readonly frame: PlotFrame; readonly t: Float64Array; readonly curve: LineCurve; readonly ink: Ink}) {
  const [first, last] = [values[nearest(t, 0)], values[nearest(t, 1)]];
  const height = (x: number): number => (1 - x) * first + x * last;
  const points = Array.from({length: 41}, (_, i) => ({x: i / 40, y: height(i / 40)}));
  return (
    <>
      <Curve frame={frame} points={points} stroke={ink.faint} dash="2 3" width={1} />
      {barrier > 0 && Number.isFinite(barrier) && (
        <line x1={frame.x(at)} x2={frame.x(at)} y1={frame.y(height(at))} y2={frame.y(height(at) + barrier)} stroke={ink.faint} strokeWidth={1.4} />
      )}
    </>
  );
}

function End({frame, walker, at, value, ink}: {readonly frame: PlotFrame; readonly walker: Walker; readonly at: number; readonly value: number; readonly ink: Ink}) {
  if (!Number.isFinite(value)) return null;
  return <circle cx={frame.x(at)} cy={frame.y(value)} r={5.5} fill={ink.contestants[walker.colour]} stroke={ink.paper} strokeWidth={1.8} />;
}

import {type MouseEvent, useState} from 'react';
import type {PathPoint} from '../../core/study.ts';
import {count, measured, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot, type PlotFrame} from '../plots/Plot.tsx';
import {countScale, scaleFor, spanScale} from '../plots/scales.ts';
import {type Point, shareOf} from '../race/series.ts';
import {alongPlot, among, Picker} from '../widgets/Picker.tsx';
import {gapOf, isOpen} from './proved.ts';

interface Props {
  /** By falling beta. */
  readonly points: readonly PathPoint[];
  readonly trainCount: number;
  readonly beta: number;
  readonly ink: Ink;
  readonly onAdopt: (beta: number) => void;
}

/** Losses above, neurons below, over one logarithmic axis of betas. */
export function PathChart({points, trainCount, beta, ink, onAdopt}: Props) {
  const [picked, setPicked] = useState<number | null>(null);
  const betas = points.map((point) => point.beta);
  // The present beta is on the axis, also while the path has not come so far.
  const marked = beta > 0 ? [...betas, beta] : betas;
  const xScale = spanScale(Math.min(...marked) / 1.15, Math.max(...marked) * 1.15, true, 6);
  const lines = [
    {name: 'train loss', dash: '', stroke: ink.text, points: curveOf(points, (point) => point.trainLoss)},
    {name: 'test loss', dash: '7 3', stroke: ink.text, points: curveOf(points, (point) => point.testLoss)},
    {name: 'J per sample', dash: '2 3', stroke: ink.faint, points: curveOf(points, (point) => point.objective / trainCount)},
  ].filter((line) => line.points.length > 0);
  const losses = lines.flatMap((line) => line.points.map((point) => point.y));
  const neurons = curveOf(points, (point) => point.neurons);
  const at = picked === null ? undefined : points.at(picked);

  const now = picked ?? nearestIndex(betas, beta);
  const atPointer = (event: MouseEvent<HTMLElement>): number | null => {
    const share = alongPlot(event);
    return share === null ? null : nearestIndex(betas.map((one) => shareOf(xScale, one)), share, (a, b) => Math.abs(a - b));
  };
  const cursor = (frame: PlotFrame) => <Cursor frame={frame} beta={beta} picked={at?.beta ?? null} ink={ink} />;
  const words = at ? readingOf(at, trainCount) : `${points.length} points; present β ${number(beta)}`;
  return (
    <Picker
      className="path-chart"
      label="Points of the path. Arrow keys move, Enter takes the point's beta."
      now={now}
      most={points.length - 1}
      words={words}
      at={atPointer}
      // Points fall in beta, so the next to the right is the one before.
      step={(right, up) => among(points.length, now - right - up)}
      onPick={setPicked}
      onTake={(index) => onAdopt(points[index].beta)}
    >
      <p className="path-reading figure">
        {at
          ? words
          : lines.map(({name, dash, stroke}) => (
              <Key key={name} stroke={stroke} dash={dash}>
                {name}
              </Key>
            ))}
      </p>
      <Plot xScale={xScale} yScale={scaleFor(losses, true)} ink={ink} bottomAxis={false} label={`Losses per sample along the path. ${words}`} testId="path-losses">
        {(frame) => (
          <>
            {cursor(frame)}
            {lines.map(({name, dash, stroke, points: line}) => (
              <g key={name}>
                <Curve frame={frame} points={line} stroke={stroke} dash={dash} />
                {line.map((point) => (
                  <circle key={point.x} cx={frame.x(point.x)} cy={frame.y(point.y)} r={point.x === at?.beta ? 4.5 : 2.2} fill={stroke} />
                ))}
              </g>
            ))}
          </>
        )}
      </Plot>
      <p className="path-reading">
        <Key stroke={ink.text}>neurons</Key> <span className="faint">β →</span>
      </p>
      <Plot xScale={xScale} yScale={countScale(neurons.map((point) => point.y), 3)} ink={ink} label={`Neurons along the path. ${words}`} testId="path-neurons">
        {(frame) => (
          <>
            {cursor(frame)}
            <Curve frame={frame} points={neurons} stroke={ink.text} steps />
            {neurons.map((point) => (
              <circle key={point.x} cx={frame.x(point.x)} cy={frame.y(point.y)} r={point.x === at?.beta ? 4.5 : 2.2} fill={ink.text} />
            ))}
          </>
        )}
      </Plot>
    </Picker>
  );
}

/** Rising in beta; what is not measured (or zero, on a log axis) is left out. */
const curveOf = (points: readonly PathPoint[], value: (point: PathPoint) => number): readonly Point[] =>
  points.map((point) => ({x: point.beta, y: value(point)})).filter(({y}) => Number.isFinite(y)).reverse();

const logDistance = (a: number, b: number): number => Math.abs(Math.log(Math.max(a, 1e-12) / Math.max(b, 1e-12)));

function nearestIndex(values: readonly number[], to: number, distance = logDistance): number {
  let best = 0;
  for (const [i, value] of values.entries()) if (distance(value, to) < distance(values[best], to)) best = i;
  return best;
}

function readingOf(point: PathPoint, trainCount: number): string {
  const {beta, neurons, objective, trainLoss, testLoss} = point;
  return `β ${number(beta)}: ${count(neurons)} ${neurons === 1 ? 'neuron' : 'neurons'}, train ${measured(trainLoss, 3)}${Number.isFinite(testLoss) ? `, test ${measured(testLoss, 3)}` : ''}, J/n ${measured(objective / trainCount, 3)}${isOpen(point) ? `, not closed: gap ${measured(gapOf(point), 2)}` : ''}`;
}

/** The experiment's own beta, dashed, and the one under the pointer. */
function Cursor({frame, beta, picked, ink}: {readonly frame: PlotFrame; readonly beta: number; readonly picked: number | null; readonly ink: Ink}) {
  const line = (value: number) => ({x1: frame.x(value), x2: frame.x(value), y1: frame.top, y2: frame.bottom});
  return (
    <g>
      <rect data-plot-area x={frame.left} y={frame.top} width={frame.right - frame.left} height={frame.bottom - frame.top} fill="transparent" />
      {beta > 0 && <line {...line(beta)} stroke={ink.text} strokeDasharray="3 3" />}
      {picked !== null && <line {...line(picked)} stroke={ink.faint} strokeOpacity={0.7} />}
    </g>
  );
}

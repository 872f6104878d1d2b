import type {BatchCurve} from '../../core/theory.ts';
import {count, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import type {Scale} from '../race/series.ts';
import {Chart} from './Chart.tsx';
import {curve, ys} from './curves.ts';

const NAMES: Readonly<Record<BatchCurve['method'], string>> = {plain: 'SGD', momentum: 'momentum', preconditioned: 'preconditioned'};
const DASHES: Readonly<Record<BatchCurve['method'], string>> = {plain: '', momentum: '8 3', preconditioned: '2 3'};

const strokes = (ink: Ink): Readonly<Record<BatchCurve['method'], string>> => ({plain: ink.contestants.blue, momentum: ink.contestants.orange, preconditioned: ink.contestants.green});

interface Props {
  readonly curves: readonly BatchCurve[];
  readonly ink: Ink;
}

/** Steps and best learning rates against the batch size, both axes logarithmic. */
export function BatchView({curves, ink}: Props) {
  const batches = curves[0]?.batches ?? [];
  const xScale = spanScale(Math.min(1, ...batches), Math.max(4, ...batches), true, 6);
  const ends = curves.map(({method, steps}) => `${NAMES[method]} ${count(steps[0])} to ${count(steps[steps.length - 1])}`);
  const keys = curves.map(({method}) => (
    <Key key={method} stroke={strokes(ink)[method]} dash={DASHES[method]}>
      {NAMES[method]}{' '}
    </Key>
  ));
  return (
    <div className="theory-charts">
      <Chart title="Steps" across="batch size" keys={keys}>
        <Lines curves={curves} of={({steps}) => steps} xScale={xScale} ink={ink} label={`Steps from the smallest to the largest batch: ${ends.join('; ')}.`} testId="theory-steps" />
      </Chart>
      <Chart title="Best learning rate" across="batch size">
        <Lines curves={curves} of={({rates}) => rates} xScale={xScale} ink={ink} label="Best learning rate of each batch size" testId="theory-rates" />
      </Chart>
    </div>
  );
}

interface LinesProps extends Props {
  readonly of: (curve: BatchCurve) => readonly number[];
  readonly xScale: Scale;
  readonly label: string;
  readonly testId: string;
}

function Lines({curves, of, xScale, ink, label, testId}: LinesProps) {
  const lines = curves.map((one) => ({method: one.method, points: curve(one.batches, of(one), {x: true, y: true})}));
  return (
    <Plot xScale={xScale} yScale={scaleFor(ys(lines.map(({points}) => points)), true)} ink={ink} label={label} testId={testId}>
      {(frame) =>
        lines.map(({method, points}) => (
          <g key={method}>
            <Curve frame={frame} points={points} stroke={strokes(ink)[method]} dash={DASHES[method]} />
            {points.map(({x, y}) => (
              <circle key={x} cx={frame.x(x)} cy={frame.y(y)} r={2.6} fill={strokes(ink)[method]} />
            ))}
          </g>
        ))
      }
    </Plot>
  );
}

export const batchTable = (curves: readonly BatchCurve[]): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} => ({
  columns: ['batch', ...curves.flatMap(({method}) => [`${NAMES[method]}: steps`, 'best η'])],
  rows: () => (curves[0]?.batches ?? []).map((batch, i) => [count(batch), ...curves.flatMap(({steps, rates}) => (Number.isFinite(steps[i]) ? [count(steps[i]), number(rates[i], 3)] : ['never', '–']))]),
});

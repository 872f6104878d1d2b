import type {DeepLinearPicture} from '../../core/theory.ts';
import {measured, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import {Chart} from './Chart.tsx';
import {curve, ys} from './curves.ts';

interface Props {
  readonly run: DeepLinearPicture;
  readonly ink: Ink;
}

const COLOURS = ['blue', 'orange', 'green', 'pink'] as const;

/** Modes as they are learnt, with their sigmoids, and the staircase of the loss. */
export function DeepLinearView({run, ink}: Props) {
  const {strengths, times, modes, exact, loss, halfTimes} = run;
  const xScale = spanScale(0, times[times.length - 1], false, 5);
  const curves = modes.map((mode, i) => ({simulated: curve(times, mode), theory: curve(times, exact[i]), stroke: ink.contestants[COLOURS[i % COLOURS.length]]}));
  const losses = curve(times, loss, true);
  return (
    <div className="theory-charts">
      <Chart title="Modes" across="time (η × step)" keys={<><Key stroke={ink.faint}>trained</Key> <Key stroke={ink.text} dash="5 3">closed form</Key></>}>
        <Plot
          xScale={xScale}
          yScale={scaleFor([0, ...strengths, ...ys(curves.map(({simulated}) => simulated))], false)}
          ink={ink}
          label={`Half-times of the modes of strength ${strengths.map((s) => number(s)).join(', ')}: ${halfTimes.map((t) => measured(t)).join(', ')}.`}
          testId="theory-modes"
        >
          {(frame) =>
            curves.map(({simulated, theory, stroke}, i) => (
              <g key={strengths[i]}>
                <Curve frame={frame} points={simulated} stroke={stroke} width={3.4} />
                <Curve frame={frame} points={theory} stroke={ink.text} width={1.3} dash="5 3" />
                <text className="plot-tick" x={frame.right - 2} y={frame.y(strengths[i]) - 5} textAnchor="end" fill={ink.text} stroke={ink.paper}>
                  s = {number(strengths[i])}
                </text>
              </g>
            ))
          }
        </Plot>
      </Chart>
      <Chart title="Loss" across="time (η × step)">
        <Plot xScale={xScale} yScale={scaleFor(ys([losses]), true)} ink={ink} label={`Loss from ${measured(loss[0])} to ${measured(loss[loss.length - 1])}.`} testId="theory-loss">
          {(frame) => <Curve frame={frame} points={losses} stroke={ink.text} />}
        </Plot>
      </Chart>
    </div>
  );
}

export const deepLinearTable = ({strengths, halfTimes, exactHalfTimes}: DeepLinearPicture): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} => ({
  columns: ['mode', 'half-time', 'closed form'],
  rows: () => strengths.map((s, i) => [number(s), measured(halfTimes[i]), measured(exactHalfTimes[i])]),
});

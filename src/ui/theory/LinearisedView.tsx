import {Slider} from '@mantine/core';
import {useState} from 'react';
import type {LinearisedRun} from '../../core/theory.ts';
import {count, measured} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import {Chart} from './Chart.tsx';
import {curve, ys} from './curves.ts';

interface Props {
  readonly run: LinearisedRun;
  readonly ink: Ink;
}

/** The network and its linear model on the circle at one step, and how far they and the kernel have come apart. */
export function LinearisedView({run, ink}: Props) {
  const {records, gridAngles, trainAngles, targets} = run;
  const [picked, setPicked] = useState<number | null>(null);
  const index = Math.min(picked ?? records.length - 1, records.length - 1);
  const at = records[index];
  const steps = records.map(({step}) => step);
  const apart = curve(steps, records.map(({gap}) => gap), true);
  const drift = curve(steps, records.map(({drift: one}) => one), true);
  const everything = [...targets, ...records.flatMap(({network, linear}) => [...network, ...linear])];
  const last = records[records.length - 1];
  return (
    <div className="theory-charts">
      <Chart title={`f at step ${count(at.step)}`} across="angle on the circle" keys={<><Key stroke={ink.contestants.blue}>network</Key> <Key stroke={ink.text} dash="5 3">linearised</Key></>}>
        <Plot xScale={spanScale(-Math.PI, Math.PI, false, 5)} yScale={scaleFor(everything, false)} ink={ink} label={`Network and linear model after ${count(at.step)} steps: largest difference ${measured(at.gap)}.`} testId="theory-functions">
          {(frame) => (
            <>
              <Curve frame={frame} points={curve(gridAngles, at.network)} stroke={ink.contestants.blue} width={3.4} />
              <Curve frame={frame} points={curve(gridAngles, at.linear)} stroke={ink.text} width={1.3} dash="5 3" />
              {Array.from(trainAngles, (angle, i) => (
                <circle key={angle} cx={frame.x(angle)} cy={frame.y(targets[i])} r={3.4} fill={ink.paper} stroke={ink.text} strokeWidth={1.4} />
              ))}
            </>
          )}
        </Plot>
        <Slider
          className="theory-slider"
          size={3}
          thumbSize={14}
          min={0}
          max={records.length - 1}
          value={index}
          label={(i) => count(records[i]?.step ?? 0)}
          thumbLabel="Step shown"
          thumbValueText={(i) => `step ${count(records[i]?.step ?? 0)}`}
          onChange={setPicked}
        />
      </Chart>
      <Chart title="Apart" across="step" keys={<><Key stroke={ink.contestants.orange}>largest gap in f</Key> <Key stroke={ink.contestants.green} dash="8 3">kernel drift</Key></>}>
        <Plot
          xScale={spanScale(0, last.step, false, 5)}
          yScale={scaleFor(ys([apart, drift]), true)}
          ink={ink}
          label={`After ${count(last.step)} steps the largest gap is ${measured(last.gap)} and the kernel has drifted by ${measured(last.drift)} of its size.`}
          testId="theory-drift"
        >
          {(frame) => (
            <>
              <Curve frame={frame} points={apart} stroke={ink.contestants.orange} />
              <Curve frame={frame} points={drift} stroke={ink.contestants.green} dash="8 3" />
              <line x1={frame.x(at.step)} x2={frame.x(at.step)} y1={frame.top} y2={frame.bottom} stroke={ink.faint} strokeOpacity={0.6} />
            </>
          )}
        </Plot>
      </Chart>
    </div>
  );
}

/** Rows of a table, at most about so many. */
const ROWS = 25;

export const linearisedTable = ({records}: LinearisedRun): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} => ({
  columns: ['step', 'loss', 'largest gap in f', 'kernel drift'],
  rows: () => {
    const stride = Math.max(1, Math.ceil(records.length / ROWS));
    return records.filter((_, i) => i % stride === 0 || i === records.length - 1).map(({step, loss, gap, drift}) => [count(step), measured(loss), measured(gap), measured(drift)]);
  },
});

import {memo, type RefObject} from 'react';
import {CartesianGrid, Line, LineChart, ResponsiveContainer, XAxis, YAxis} from 'recharts';
import {number} from '../format.ts';
import {dashOf, type Ink} from '../palette.ts';
import type {Optimum} from './optimum.ts';
import {OptimumBand} from './OptimumBand.tsx';
import {Readout} from './Readout.tsx';
import {BOUND_DASH, decimate, type Scale, type Series} from './series.ts';

export interface RaceChartProps {
  readonly series: readonly Series[];
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** Drawn under the curves where it is asked for and known. */
  readonly optimum: Optimum | null;
  readonly ink: Ink;
  /** Values and positions in words, for the hover box. */
  readonly showX: (x: number) => string;
  readonly showY: (y: number) => string;
  /** A value beside the vertical axis. */
  readonly tickY: (y: number) => string;
  /** Room for the vertical axis's numbers, in pixels: a chart knows no rem. */
  readonly yWidth: number;
  /** Where the hover box is put. */
  readonly host: RefObject<HTMLDivElement | null>;
}

const tick = (value: number): string => number(value, 3);

/** The curves. Domains and ticks are given, so that nothing depends on how a library rounds. */
const RaceChart = memo(function RaceChart({series, xScale, yScale, optimum, ink, showX, showY, tickY, yWidth, host}: RaceChartProps) {
  const axis = {stroke: ink.rule, tick: {fill: ink.faint, fontSize: '0.7rem'}, tickLine: false, allowDataOverflow: true} as const;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart accessibilityLayer={false} margin={{top: 8, right: 24, bottom: 2, left: 0}}>
        <CartesianGrid stroke={ink.rule} strokeOpacity={0.7} vertical={false} />
        <XAxis
          {...axis}
          type="number"
          dataKey="x"
          scale={xScale.log ? 'log' : 'linear'}
          domain={[...xScale.domain]}
          ticks={[...xScale.ticks]}
          tickFormatter={tick}
          height={24}
        />
        <YAxis
          {...axis}
          type="number"
          width={yWidth}
          axisLine={false}
          scale={yScale.log ? 'log' : 'linear'}
          domain={[...yScale.domain]}
          ticks={[...yScale.ticks]}
          tickFormatter={tickY}
        />
        {optimum && <OptimumBand optimum={optimum} yScale={yScale} ink={ink} />}
        {series
          .filter(({bound}) => bound.length > 0)
          .map(({index, name, colour, bound}) => (
            <Line
              key={`bound ${index}`}
              name={`${name}, lower bound`}
              data={[...decimate(bound)]}
              dataKey="y"
              type="stepAfter"
              dot={false}
              activeDot={false}
              isAnimationActive={false}
              stroke={ink.contestants[colour]}
              strokeWidth={1.4}
              strokeDasharray={BOUND_DASH}
            />
          ))}
        {series.map(({index, name, colour, drawn}) => (
          <Line
            key={index}
            name={name}
            data={[...drawn]}
            dataKey="y"
            type="linear"
            dot={false}
            activeDot={false}
            isAnimationActive={false}
            stroke={ink.contestants[colour]}
            strokeWidth={2.2}
            strokeDasharray={dashOf(index)}
            strokeLinejoin="round"
          />
        ))}
        <Readout series={series} xScale={xScale} yScale={yScale} optimum={optimum} ink={ink} showX={showX} showY={showY} host={host} />
      </LineChart>
    </ResponsiveContainer>
  );
});

export default RaceChart;

import {useElementSize} from '@mantine/hooks';
import type {ReactNode} from 'react';
import {tick as brief} from '../format.ts';
import type {Ink} from '../palette.ts';
import {type Point, type Scale, shareOf} from '../race/series.ts';

/** Where values lie in a plot, in pixels. */
export interface PlotFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

interface Props {
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly ink: Ink;
  /** What the plot says, in words. */
  readonly label: string;
  readonly xTick?: (value: number) => string;
  readonly yTick?: (value: number) => string;
  /** Drawn over the grid, in the frame's pixels. */
  readonly children: (frame: PlotFrame) => ReactNode;
  /** Whether the horizontal axis's numbers are written (the lowest of several stacked plots). */
  readonly bottomAxis?: boolean;
  readonly testId?: string;
}

const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const clamp = (share: number): number => Math.min(Math.max(share, -0.02), 1.02);
/** Room that a tick's number takes on the horizontal axis, in rem/16 pixels. */
const TICK_ROOM = 44;

/** Every so many ticks, so that their numbers don't run into each other. */
function thinned(ticks: readonly number[], room: number): readonly number[] {
  const stride = Math.max(1, Math.ceil(ticks.length / Math.max(1, room)));
  return ticks.filter((_, i) => i % stride === 0);
}

/** A small chart that fills its box: a grid, two axes, and what is drawn in it. */
export function Plot({xScale, yScale, ink, label, xTick = brief, yTick = brief, children, bottomAxis = true, testId}: Props) {
  const {ref, width, height} = useElementSize();
  const unit = rem();
  const frame: PlotFrame = {
    left: 40 * unit,
    right: Math.max(width - 8, 41 * unit),
    top: 6,
    bottom: Math.max(height - (bottomAxis ? 18 * unit : 5), 8),
    x: (value) => frame.left + clamp(shareOf(xScale, value)) * (frame.right - frame.left),
    y: (value) => frame.bottom - clamp(shareOf(yScale, value)) * (frame.bottom - frame.top),
  };
  const ticks = thinned(xScale.ticks, (frame.right - frame.left) / (TICK_ROOM * unit));
  const levels = thinned(yScale.ticks, (frame.bottom - frame.top) / (16 * unit));
  return (
    <div ref={ref} className="plot">
      {width > 60 && height > 30 && (
        <svg width={width} height={height} role="img" aria-label={label} data-testid={testId}>
          {levels.map((tick) => (
            <g key={tick}>
              <line x1={frame.left} x2={frame.right} y1={frame.y(tick)} y2={frame.y(tick)} stroke={ink.rule} strokeOpacity={0.7} />
              <text className="plot-tick" x={frame.left - 5} y={frame.y(tick)} dy="0.32em" textAnchor="end" fill={ink.faint}>
                {yTick(tick)}
              </text>
            </g>
          ))}
          <line x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} stroke={ink.rule} />
          {bottomAxis &&
            ticks.map((tick) => (
              <text key={tick} className="plot-tick" x={frame.x(tick)} y={frame.bottom + 13 * unit} textAnchor={frame.x(tick) > frame.right - 14 * unit ? 'end' : 'middle'} fill={ink.faint}>
                {xTick(tick)}
              </text>
            ))}
          {children(frame)}
        </svg>
      )}
    </div>
  );
}

interface CurveProps {
  readonly frame: PlotFrame;
  readonly points: readonly Point[];
  readonly stroke: string;
  readonly dash?: string;
  readonly width?: number;
  /** Holds each value until the next. */
  readonly steps?: boolean;
}

export function Curve({frame, points, stroke, dash = '', width = 2, steps = false}: CurveProps) {
  const path = points
    .map(({x, y}, i) => {
      const [px, py] = [frame.x(x).toFixed(1), frame.y(y).toFixed(1)];
      if (i === 0) return `M${px} ${py}`;
      return steps ? `H${px}V${py}` : `L${px} ${py}`;
    })
    .join('');
  return <path d={path} fill="none" stroke={stroke} strokeWidth={width} strokeDasharray={dash} strokeLinejoin="round" />;
}

/** A line's pattern beside its name, in a plot's caption. */
export function Key({stroke, dash = '', children}: {readonly stroke: string; readonly dash?: string; readonly children?: ReactNode}) {
  return (
    <span className="plot-key">
      <svg width="16" height="8" aria-hidden="true">
        <line x1="1" x2="15" y1="4" y2="4" stroke={stroke} strokeWidth="2" strokeDasharray={dash} />
      </svg>
      {children}
    </span>
  );
}

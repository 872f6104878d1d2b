import {type KeyboardEvent, type PointerEvent, useState} from 'react';
import {createPortal} from 'react-dom';
import {usePlotArea} from 'recharts';
import {Swatch} from '../widgets/Swatch.tsx';
import type {RaceChartProps} from './RaceChart.tsx';
import {type Optimum, SECOND_NAME} from './optimum.ts';
import {nearest, type Point, type Series, shareOf, standing, valueAt} from './series.ts';

/** The line under the pointer (or moved by the arrow keys) and every contestant's value there. */
export function Readout({series, xScale, yScale, optimum, ink, showX, showY, host}: Omit<RaceChartProps, 'yWidth' | 'tickY'>) {
  const plot = usePlotArea();
  const [share, setShare] = useState<number | null>(null);
  if (!plot) return null;
  const px = (x: number): number => plot.x + shareOf(xScale, x) * plot.width;
  const py = (y: number): number => plot.y + (1 - Math.min(Math.max(shareOf(yScale, y), 0), 1)) * plot.height;

  const onMove = (event: PointerEvent<SVGRectElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setShare(Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1));
  };
  const onKey = (event: KeyboardEvent<SVGRectElement>): void => {
    const move = {ArrowLeft: -0.02, ArrowRight: 0.02, ArrowDown: -0.1, ArrowUp: 0.1}[event.key];
    if (move === undefined) return;
    event.preventDefault();
    setShare(Math.min(Math.max((share ?? 0) + move, 0), 1));
  };
  const x = share === null ? null : valueAt(xScale, share);
  const rows: readonly Row[] = x === null ? [] : series.map((one) => ({one, point: nearest(one.points, x), bound: standing(one.bound, x)}));
  const words =
    x === null
      ? 'off'
      : `${showX(x)}: ${[...rows.map(({one, point, bound}) => `${one.name} ${point ? showY(point.y) : '–'}${bound ? `, lower bound ${showY(bound.y)}` : ''}`), ...(optimum ? [`${optimum.name} ${optimum.value}`] : []), ...(typeof optimum?.second === 'number' ? [`${SECOND_NAME} ${showY(optimum.second)}`] : [])].join(', ')}`;
  return (
    <g>
      {series
        .filter((one) => one.status === 'diverged' && one.points.length > 0)
        .map((one) => (
          <EndMark
            key={one.index}
            x={px(one.points[one.points.length - 1].x)}
            y={py(one.points[one.points.length - 1].y)}
            colour={ink.contestants[one.colour]}
          />
        ))}
      {x !== null && (
        <g pointerEvents="none">
          <line x1={px(x)} x2={px(x)} y1={plot.y} y2={plot.y + plot.height} stroke={ink.faint} strokeOpacity={0.6} />
          {rows.map(
            ({one, point}) =>
              point && (
                <circle
                  key={one.index}
                  cx={px(point.x)}
                  cy={py(point.y)}
                  r={4}
                  fill={ink.contestants[one.colour]}
                  stroke={ink.paper}
                  strokeWidth={1.5}
                />
              ),
          )}
        </g>
      )}
      <rect
        className="readout-area"
        x={plot.x}
        y={plot.y}
        width={plot.width}
        height={plot.height}
        fill="transparent"
        tabIndex={0}
        role="slider"
        aria-label="Read the curves' values"
        aria-valuenow={Math.round((share ?? 0) * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={words}
        onPointerMove={onMove}
        onPointerDown={onMove}
        onPointerLeave={() => setShare(null)}
        onFocus={(event) => event.currentTarget.matches(':focus-visible') && setShare((held) => held ?? 1)}
        onBlur={() => setShare(null)}
        onKeyDown={onKey}
      />
      {x !== null &&
        host.current &&
        createPortal(<Box at={px(x)} flip={(share ?? 0) > 0.6} title={showX(x)} rows={rows} optimum={optimum} showY={showY} />, host.current)}
    </g>
  );
}

/** A cross where a run left the numbers. */
function EndMark({x, y, colour}: {readonly x: number; readonly y: number; readonly colour: string}) {
  return <path d={`M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`} stroke={colour} strokeWidth={2.5} />;
}

interface Row {
  readonly one: Series;
  readonly point: Point | undefined;
  readonly bound: Point | undefined;
}

interface BoxProps {
  readonly at: number;
  readonly flip: boolean;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly optimum: Optimum | null;
  readonly showY: (y: number) => string;
}

function Box({at, flip, title, rows, optimum, showY}: BoxProps) {
  return (
    <div className="readout" style={flip ? {right: `calc(100% - ${at - 12}px)`} : {left: at + 12}} aria-hidden="true">
      <b>{title}</b>
      {rows.map(({one, point, bound}) => (
        <span key={one.index} className="readout-row">
          <Swatch colour={one.colour} index={one.index} width={22} />
          <span>{one.name}</span>
          <span className="figure">
            {point ? showY(point.y) : '–'}
            {bound && <span className="faint"> ≥ {showY(bound.y)}</span>}
          </span>
        </span>
      ))}
      {optimum && (
        <span className="readout-row">
          <span className="certificate-mark" data-scope={optimum.scope} />
          <span>{optimum.name}</span>
          <span className="figure">{optimum.value}</span>
        </span>
      )}
      {typeof optimum?.second === 'number' && (
        <span className="readout-row">
          <span className="certificate-mark" data-second />
          <span>{SECOND_NAME}</span>
          <span className="figure">{showY(optimum.second)}</span>
        </span>
      )}
    </div>
  );
}

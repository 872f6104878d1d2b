import {useId} from 'react';
import {usePlotArea} from 'recharts';
import type {Ink} from '../palette.ts';
import {type Optimum, SECOND_NAME} from './optimum.ts';
import {type Scale, shareOf} from './series.ts';

interface Props {
  readonly optimum: Optimum;
  readonly yScale: Scale;
  readonly ink: Ink;
}

/** Narrower than this the label is left with its number alone. */
const ROOM_FOR_MEANING = 560;
/** Nearer to the optimum than this, in pixels, the next best value is a line without a name. */
const ROOM_FOR_SECOND = 6;

/**
 * The proved interval. A global optimum is ground: hatched below, since no network can be there. A sampled
 * programme's is a dashed grey line, since one can.
 */
export function OptimumBand({optimum, yScale, ink}: Props) {
  const plot = usePlotArea();
  const hatch = useId();
  if (!plot) return null;
  const {scope, lower, upper, second, label, meaning} = optimum;
  const bottom = plot.y + plot.height;
  const py = (y: number): number => {
    const share = yScale.log && y <= 0 ? 0 : shareOf(yScale, y);
    return plot.y + (1 - Math.min(Math.max(share, 0), 1)) * plot.height;
  };
  const [top, ground] = [py(upper), py(lower)];
  const isGlobal = scope === 'global';
  const colour = isGlobal ? ink.text : ink.faint;
  const line = {x1: plot.x, x2: plot.x + plot.width, stroke: colour, strokeWidth: isGlobal ? 1.4 : 1.2, strokeDasharray: isGlobal ? '' : '6 4'};
  // Nothing is drawn beneath ground, so its name stands there; around the other, curves run on both sides.
  const labelY = isGlobal ? Math.min(ground + 16, bottom - 5) : Math.max(top - 6, plot.y + 10);
  return (
    <g className="optimum-band" data-testid="optimum-band" data-scope={scope} pointerEvents="none">
      {isGlobal && (
        <>
          <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="7" stroke={ink.faint} strokeWidth="1" strokeOpacity="0.35" />
          </pattern>
          <rect x={plot.x} y={ground} width={plot.width} height={Math.max(0, bottom - ground)} fill={`url(#${hatch})`} />
        </>
      )}
      <rect x={plot.x} y={top} width={plot.width} height={Math.max(0, ground - top)} fill={colour} fillOpacity={isGlobal ? 0.14 : 0.1} />
      <line {...line} y1={top} y2={top} />
      {second !== null && second <= yScale.domain[1] && (
        <g data-testid="second-line">
          <line {...line} y1={py(second)} y2={py(second)} strokeWidth={1} strokeOpacity={0.7} strokeDasharray="2 3" />
          {top - py(second) > ROOM_FOR_SECOND && (
            <text x={plot.x + plot.width - 6} y={py(second) - 5} textAnchor="end" className="optimum-label" fill={ink.faint} stroke={ink.paper}>
              {SECOND_NAME}
            </text>
          )}
        </g>
      )}
      {ground - top > 1.5 && <line {...line} y1={ground} y2={ground} />}
      <text x={plot.x + plot.width - 6} y={labelY} textAnchor="end" className="optimum-label" fill={colour} stroke={ink.paper}>
        <tspan className="optimum-value">
          {label}
        </tspan>
        {plot.width > ROOM_FOR_MEANING && <tspan fill={ink.faint}>{`  ${meaning}`}</tspan>}
      </text>
    </g>
  );
}

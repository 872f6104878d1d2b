import {type ReactNode, useId} from 'react';
import type {Certificate} from '../../core/study.ts';
import type {History} from '../../state/types.ts';
import {count, measured, number, percent} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot, type PlotFrame} from '../plots/Plot.tsx';
import {spanScale} from '../plots/scales.ts';
import {type Point, type Scale, shareOf} from '../race/series.ts';
import {type BoundCurves, boundScale, curvesOf, eigenScale, truthOf} from './curves.ts';

interface Props {
  readonly name: string;
  readonly history: History;
  readonly logX: boolean;
  readonly certificate: Certificate | null;
  readonly colour: string;
  readonly ink: Ink;
}

const DOTS = '2 3';
const DASHES = '7 4';

/** Bounds above, the least eigenvalue below, over the iterations. */
export function BoundsChart({name, history, logX, certificate, colour, ink}: Props) {
  const curves = curvesOf(history, logX);
  const truth = truthOf(certificate);
  const longest = Math.max(1, history.iterations.at(-1) ?? 1);
  const xScale = logX ? spanScale(Math.min(history.iterations.find((x) => x > 0) ?? 1, longest / 2), longest, true, 6) : spanScale(0, longest, false, 6);
  const yScale = boundScale(curves, truth);
  const words = wordsOf(name, curves, truth);
  return (
    <div className="bounds-chart">
      <p className="path-reading figure">
        <span>
          <Key stroke={colour}>upper {show(curves.upper)}</Key>
          <Key stroke={ink.text} dash={DASHES}>
            f(V) {show(curves.relaxation)}
          </Key>
          <Key stroke={colour} dash={DOTS}>
            lower {show(curves.lower)}
          </Key>
          {curves.box.length > 0 && (
            <Key stroke={ink.faint} dash="10 4">
              box {show(curves.box)}
            </Key>
          )}
          {truth !== null && <Key stroke={ink.text}>truth {measured(truth)}</Key>}
        </span>
      </p>
      <Plot xScale={xScale} yScale={yScale} ink={ink} bottomAxis={false} label={words} testId="bounds">
        {(frame) => (
          <Clipped frame={frame} yScale={yScale}>
            {(inner) => (
              <>
                <Between frame={inner} upper={curves.upper} lower={curves.lower} fill={colour} />
                {curves.box.length > 0 && <Curve frame={inner} points={held(curves.box, longest)} stroke={ink.faint} dash="10 4" width={1.4} />}
                {truth !== null && <path d={`M${frame.left} ${inner.y(truth)}H${frame.right}`} stroke={ink.text} strokeWidth={1.4} />}
                <Curve frame={inner} points={curves.relaxation} stroke={ink.text} dash={DASHES} width={1.6} />
                <Curve frame={inner} points={curves.lower} stroke={colour} dash={DOTS} steps />
                <Curve frame={inner} points={curves.upper} stroke={colour} steps />
              </>
            )}
          </Clipped>
        )}
      </Plot>
      <p className="path-reading figure">
        <Key stroke={colour}>λ_min(S) {show(curves.eigenvalue)}</Key> <span className="faint">iterations →</span>
      </p>
      <Eigenvalue curves={curves} xScale={xScale} colour={colour} ink={ink} />
    </div>
  );
}

const show = (points: readonly Point[]): string => number(points.at(-1)?.y ?? Number.NaN, 4);

/** A bound that does not change is drawn to the end. */
const held = (points: readonly Point[], to: number): readonly Point[] => [...points, {x: to, y: points[points.length - 1].y}];

function wordsOf(name: string, {upper, relaxation, lower, box}: BoundCurves, truth: number | null): string {
  const [u, l] = [upper.at(-1)?.y ?? Number.NaN, lower.at(-1)?.y ?? Number.NaN];
  const gap = u > 0 ? `, ${percent((u - l) / u)} apart` : '';
  const parts = [`${name}: upper bound ${show(upper)}, lower bound ${show(lower)}${gap}`, `relaxation ${show(relaxation)}`];
  if (box.length > 0) parts.push(`box bound ${show(box)}`);
  if (truth !== null) parts.push(`true optimum ${measured(truth)}`);
  return parts.join('; ');
}

/** Draws beyond the frame are cut off, not pressed against its edge: first bounds lie far outside. */
function Clipped({frame, yScale, children}: {readonly frame: PlotFrame; readonly yScale: Scale; readonly children: (inner: PlotFrame) => ReactNode}) {
  const id = useId();
  // Far enough outside for a line's slope, near enough for every renderer.
  const far = 4 * (frame.bottom - frame.top);
  const y = (value: number): number => Math.min(Math.max(frame.bottom - shareOf(yScale, value) * (frame.bottom - frame.top), frame.top - far), frame.bottom + far);
  return (
    <>
      <clipPath id={id}>
        <rect x={frame.left} y={frame.top} width={frame.right - frame.left + 4} height={frame.bottom - frame.top} />
      </clipPath>
      <g clipPath={`url(#${id})`}>{children({...frame, y})}</g>
    </>
  );
}

/** The gap, shaded. Both curves hold their values until the next record. */
function Between({frame, upper, lower, fill}: {readonly frame: PlotFrame; readonly upper: readonly Point[]; readonly lower: readonly Point[]; readonly fill: string}) {
  if (upper.length === 0 || lower.length === 0) return null;
  const steps = (points: readonly Point[]): string[] => points.map(({x, y}, i) => (i === 0 ? `${frame.x(x)} ${frame.y(y)}` : `${frame.x(x)} ${frame.y(points[i - 1].y)} L${frame.x(x)} ${frame.y(y)}`));
  const back = [...lower].reverse().map(({x, y}, i, all) => (i === 0 ? `${frame.x(x)} ${frame.y(y)}` : `${frame.x(all[i - 1].x)} ${frame.y(y)} L${frame.x(x)} ${frame.y(y)}`));
  return <path d={`M${[...steps(upper), ...back].join(' L')}Z`} fill={fill} fillOpacity={0.1} />;
}

function Eigenvalue({curves, xScale, colour, ink}: {readonly curves: BoundCurves; readonly xScale: Scale; readonly colour: string; readonly ink: Ink}) {
  const yScale = eigenScale(curves);
  const last = curves.eigenvalue.at(-1)?.y;
  const words = last === undefined ? 'The least eigenvalue is not known yet' : `Least eigenvalue of S: ${number(last)}. At 0 the relaxation is solved; below, a further column leads down`;
  return (
    <Plot xScale={xScale} yScale={yScale} ink={ink} label={words} xTick={count} testId="least-eigenvalue">
      {(frame) => (
        <Clipped frame={frame} yScale={yScale}>
          {(inner) => (
            <>
              <path d={`M${frame.left} ${inner.y(0)}H${frame.right}`} stroke={ink.text} strokeWidth={1} strokeOpacity={0.6} />
              <Curve frame={inner} points={curves.eigenvalue} stroke={colour} />
            </>
          )}
        </Clipped>
      )}
    </Plot>
  );
}

import {useId, useMemo} from 'react';
import type {Contestant} from '../../core/experiment.ts';
import type {Acceleration, Motion, MomentumEntrant, MomentumOverlay} from '../../core/momentumOverlay.ts';
import {number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Plot, type PlotFrame} from '../plots/Plot.tsx';
import {spanScale} from '../plots/scales.ts';
import {regionNames, SPEEDS, stretchesOf} from './regions.ts';

interface Props {
  readonly overlay: MomentumOverlay;
  readonly kind: Acceleration;
  readonly contestants: readonly Contestant[];
  readonly ink: Ink;
}

export const MOTION_WORDS: Readonly<Record<Motion, string>> = {
  monotone: 'creeps',
  oscillating: 'swings',
  alternating: 'jumps to and fro',
  divergent: 'diverges',
};

const fillOf = (ink: Ink, motion: Motion): string =>
  ({monotone: ink.classes[2], oscillating: ink.classes[0], alternating: ink.classes[7], divergent: ink.faint})[motion];

/** The regions of a method; every contestant's axes are marks on it. Within a region, stronger colour is faster. */
export function MomentumMapChart({overlay, kind, contestants, ink}: Props) {
  const {aValues, momenta, maps} = overlay;
  const map = maps[kind];
  const stretches = useMemo(() => stretchesOf(map, {aValues, momenta}), [map, aValues, momenta]);
  const names = useMemo(() => regionNames(map, {aValues, momenta}), [map, aValues, momenta]);
  const hatch = useId();
  const entrants = overlay.entrants.filter((one) => one.kind === kind);
  const [step, rise] = [aValues[1] - aValues[0], momenta[1] - momenta[0]];
  const most = aValues[aValues.length - 1];
  const words = entrants.map((one) => `${contestants[one.contestant].name} ${one.places.map(({a, motion}) => `${MOTION_WORDS[motion]} at ${number(a, 3)}`).join(' and ')}`).join('; ');
  const regions = (frame: PlotFrame) => {
    const rect = (column: number, row: number, columns: number) => {
      // On whole pixels, so that neighbours neither overlap nor part.
      const [left, right] = [frame.x(Math.max(0, (column - 0.5) * step)), frame.x(Math.min(most, (column + columns - 0.5) * step))].map(Math.round);
      const [top, bottom] = [frame.y(Math.min(1, (row + 0.5) * rise)), frame.y(Math.max(0, (row - 0.5) * rise))].map(Math.round);
      return {x: left, y: top, width: right - left, height: bottom - top};
    };
    return stretches.map(({row, from, to, motion, speed}) => (
      <rect
        key={`${row} ${from}`}
        {...rect(from, row, to - from + 1)}
        fill={motion === 'divergent' ? `url(#${hatch})` : fillOf(ink, motion)}
        fillOpacity={motion === 'divergent' ? 1 : 0.9 - (0.7 * speed) / SPEEDS}
      />
    ));
  };
  return (
    <Plot
      xScale={spanScale(0, most, false, 8)}
      yScale={spanScale(0, 1, false, 5)}
      ink={ink}
      label={`Regions of ${kind === 'nesterov' ? "Nesterov's method" : 'the heavy ball'} over learning rate times curvature, and momentum. ${words || 'No contestant is on it'}.`}
      testId="momentum-map"
    >
      {(frame) => (
        <>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="6" stroke={ink.faint} strokeWidth="1.6" strokeOpacity="0.5" />
          </pattern>
          <g shapeRendering="crispEdges">{regions(frame)}</g>
          {names.map(({motion, column, row}) => (
            <text key={motion} className="region-name" x={frame.x(column * step)} y={frame.y(row * rise)} fill={ink.text} stroke={ink.paper}>
              {MOTION_WORDS[motion]}
            </text>
          ))}
          {entrants.map((one) => (
            <Places key={one.contestant} entrant={one} colour={ink.contestants[contestants[one.contestant].colour]} frame={frame} most={most} ink={ink} />
          ))}
        </>
      )}
    </Plot>
  );
}

interface PlacesProps {
  readonly entrant: MomentumEntrant;
  readonly colour: string;
  readonly frame: PlotFrame;
  readonly most: number;
  readonly ink: Ink;
}

/** A line joins the axes of one contestant; its ends are discs, or an arrow where one is off the map. */
function Places({entrant: {places, momentum}, colour, frame, most, ink}: PlacesProps) {
  const y = frame.y(momentum);
  const xs = places.map(({a}) => frame.x(Math.min(Math.max(a, 0), most)));
  return (
    <g>
      <line x1={Math.min(...xs)} x2={Math.max(...xs)} y1={y} y2={y} stroke={ink.paper} strokeWidth={4} />
      <line x1={Math.min(...xs)} x2={Math.max(...xs)} y1={y} y2={y} stroke={colour} strokeWidth={1.8} />
      {places.map(({a, curvature}, i) =>
        a > most || a < 0 ? (
          <path key={curvature} d={a < 0 ? `M${xs[i] + 10} ${y - 6}l-10 6 10 6z` : `M${xs[i] - 10} ${y - 6}l10 6 -10 6z`} fill={colour} stroke={ink.paper} strokeWidth={1.2} />
        ) : (
          <circle key={curvature} cx={xs[i]} cy={y} r={5} fill={colour} stroke={ink.paper} strokeWidth={1.8} />
        ),
      )}
    </g>
  );
}

import {useElementSize} from '@mantine/hooks';
import {type KeyboardEvent, type MouseEvent, useCallback, useMemo, useState} from 'react';
import type {Colour} from '../../core/experiment.ts';
import type {Landscape, ProjectedPath} from '../../core/protocol.ts';
import {actions} from '../../state/basin.ts';
import type {Probe} from '../../state/types.ts';
import {measured, number} from '../format.ts';
import {colourAt, cssColour, dashOf, type Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {Toggle} from '../widgets/Toggle.tsx';
import {drawSurface, pictureOf, shadeAt, surfaceOf, type Surface, valueAtShade} from './surface.ts';

/** A contestant as the landscape needs it. */
export interface Walker {
  readonly runId: string;
  readonly index: number;
  readonly name: string;
  readonly colour: Colour;
}

interface Props {
  readonly landscape: Landscape;
  readonly logColour: boolean;
  readonly walkers: readonly Walker[];
  readonly probe: Probe | null;
  readonly ink: Ink;
}

interface Place {
  readonly a: number;
  readonly b: number;
}

type Project = (place: Place) => readonly [number, number];

/** The heat map with level lines, every contestant's path, and a cursor that reads J. */
export function LandscapePicture({landscape, logColour, walkers, probe, ink}: Props) {
  const {ref, width, height} = useElementSize();
  const [cursor, setCursor] = useState<Place | null>(null);
  const surface = useMemo(() => surfaceOf(landscape, logColour), [landscape, logColour]);
  const picture = useMemo(() => pictureOf(surface, ink), [surface, ink]);
  const draw: Draw = useCallback((context, w, h) => drawSurface(context, w, h, picture, surface, ink), [picture, surface, ink]);
  const {aRange, bRange} = landscape;
  const project: Project = useCallback(
    ({a, b}) => [((a - aRange[0]) / (aRange[1] - aRange[0])) * width, (1 - (b - bRange[0]) / (bRange[1] - bRange[0])) * height],
    [aRange, bRange, width, height],
  );

  const placeOf = (event: MouseEvent<HTMLElement>): Place => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (at: number, size: number): number => Math.min(Math.max(at / size, 0), 1);
    return {
      a: aRange[0] + share(event.clientX - box.left, box.width) * (aRange[1] - aRange[0]),
      b: bRange[1] - share(event.clientY - box.top, box.height) * (bRange[1] - bRange[0]),
    };
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowDown: [0, -1],
      ArrowUp: [0, 1],
    };
    const move = moves[event.key];
    const from = cursor ?? {a: (aRange[0] + aRange[1]) / 2, b: (bRange[0] + bRange[1]) / 2};
    if (move) setCursor({a: moved(from.a, move[0], aRange), b: moved(from.b, move[1], bRange)});
    else if (event.key === 'Enter' || event.key === ' ') actions.probeAt(from.a, from.b);
    else return;
    event.preventDefault();
  };
  const ends = pathsInWords(landscape.paths, walkers);
  const summary = `Map of J from ${measured(surface.low)} to ${measured(surface.high)}. ${ends}`;
  return (
    <div className="map">
      <span className="map-b" title={landscape.bLabel}>
        {landscape.bLabel}
      </span>
      <div
        ref={ref}
        className="map-plot"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is read and probed with the arrow keys
        tabIndex={0}
        aria-label="Loss landscape. Arrow keys move a cursor, Enter looks at the network there."
        onPointerMove={(event) => setCursor(placeOf(event))}
        onPointerLeave={() => setCursor(null)}
        onClick={(event) => {
          const {a, b} = placeOf(event);
          actions.probeAt(a, b);
        }}
        onKeyDown={onKey}
      >
        <Picture draw={draw} label={summary} testId="landscape-canvas" />
        <svg className="map-overlay" width={width} height={height} aria-hidden="true">
          <Paths paths={landscape.paths} walkers={walkers} project={project} ink={ink} />
          {probe?.landscapeId === landscape.id && <Cross at={project(probe)} colour={ink.text} />}
          {cursor && <Cross at={project(cursor)} colour={ink.text} />}
        </svg>
        <output className="map-readout" aria-live={cursor ? 'polite' : 'off'}>
          {cursor && readingAt(landscape, surface, cursor)}
        </output>
      </div>
      <span className="map-a" title={landscape.aLabel}>
        {landscape.aLabel}
      </span>
      <ColourBar surface={surface} ink={ink} log={logColour} />
    </div>
  );
}

const moved = (value: number, by: number, [low, high]: readonly [number, number]): number =>
  Math.min(Math.max(value + (by * (high - low)) / 40, low), high);

function readingAt({aRange, bRange, side}: Landscape, surface: Surface, {a, b}: Place): string {
  const u = ((a - aRange[0]) / (aRange[1] - aRange[0])) * (side - 1);
  const v = ((b - bRange[0]) / (bRange[1] - bRange[0])) * (side - 1);
  const t = shadeAt(surface, u, v);
  return `J ≈ ${Number.isNaN(t) ? 'not finite' : measured(valueAtShade(surface, t))} at (${number(a, 3)}, ${number(b, 3)})`;
}

const pathsInWords = (paths: readonly ProjectedPath[], walkers: readonly Walker[]): string =>
  walkers
    .map(({name, runId}) => {
      const path = paths.find((one) => one.runId === runId);
      const last = path ? path.a.length - 1 : -1;
      return path && last >= 0 ? `${name} ends at (${number(path.a[last], 3)}, ${number(path.b[last], 3)}).` : '';
    })
    .join(' ');

function Cross({at: [x, y], colour}: {readonly at: readonly [number, number]; readonly colour: string}) {
  return <path className="map-cross" d={`M${x - 9} ${y}h6M${x + 3} ${y}h6M${x} ${y - 9}v6M${x} ${y + 3}v6`} stroke={colour} />;
}

interface PathsProps extends Pick<Props, 'walkers' | 'ink'> {
  readonly paths: readonly ProjectedPath[];
  readonly project: Project;
}

/** Each path has a halo of paper, so that it is seen on any shade; a ring at the start, a disc at the end. */
function Paths({paths, walkers, project, ink}: PathsProps) {
  return paths.map((path) => {
    const walker = walkers.find((one) => one.runId === path.runId);
    if (!walker || path.a.length === 0) return null;
    const points = Array.from(path.a, (a, i) => project({a, b: path.b[i]}));
    const line = points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
    const colour = ink.contestants[walker.colour];
    const [start, end] = [points[0], points[points.length - 1]];
    return (
      <g key={path.runId} fill="none" strokeLinejoin="round">
        <path d={line} stroke={ink.paper} strokeWidth={5} strokeOpacity={0.75} />
        <path d={line} stroke={colour} strokeWidth={2.4} strokeDasharray={dashOf(walker.index)} />
        <circle cx={start[0]} cy={start[1]} r={3.5} fill={ink.paper} stroke={colour} strokeWidth={1.8} />
        <circle cx={end[0]} cy={end[1]} r={5.5} fill={colour} stroke={ink.paper} strokeWidth={1.8} />
      </g>
    );
  });
}

function ColourBar({surface, ink, log}: {readonly surface: Surface; readonly ink: Ink; readonly log: boolean}) {
  const gradient = (from: number): string => {
    const stops = [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((t) => cssColour(colourAt(ink.landscape, from + t)));
    return `linear-gradient(to right, ${stops.join(', ')})`;
  };
  return (
    <div className="colour-bar">
      <span>J</span>
      <span>{number(surface.low, 3)}</span>
      <span className="colour-ramp" style={{background: gradient(0)}} />
      <span>{number(valueAtShade(surface, 0.5), 3)}</span>
      <span className="colour-ramp" style={{background: gradient(0.5)}} />
      <span>{number(surface.high, 3)}</span>
      <Toggle label="log" title="Logarithmic colours" pressed={log} onToggle={(logColour) => actions.setView({logColour})} />
    </div>
  );
}

import {useElementSize} from '@mantine/hooks';
import {type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useMemo, useState} from 'react';
import type {Colour} from '../../core/experiment.ts';
import type {SurfaceLayout} from '../../core/data.ts';
import type {Landscape, ProjectedPath} from '../../core/protocol.ts';
import {actions} from '../../state/basin.ts';
import type {Probe} from '../../state/types.ts';
import {measured, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {drawSurface, pictureOf} from './drawSurface.ts';
import {stretchOf} from './frame.ts';
import {MinimaMarks} from './MinimaMarks.tsx';
import {PathLines} from './PathLines.tsx';
import {type Floor, readingAt} from './reading.ts';
import type {Surface} from './surface.ts';

/** A contestant as the landscape needs it. */
export interface Walker {
  readonly runId: string;
  readonly index: number;
  readonly name: string;
  readonly colour: Colour;
}

interface Props {
  readonly landscape: Landscape;
  readonly surface: Surface;
  /** See Shown. */
  readonly aspect: number | null;
  /** The certified optimum, where it is known. */
  readonly floor: Floor | null;
  readonly walkers: readonly Walker[];
  readonly probe: Probe | null;
  /** Known minima, where the map shows a function of two numbers. */
  readonly minima?: SurfaceLayout['minima'] | undefined;
  /** What a press does; it looks at the network there unless something else is given. */
  readonly onPick?: ((a: number, b: number) => void) | undefined;
  readonly ink: Ink;
  /** The colour scale, below the map. */
  readonly bar: ReactNode;
}

interface Place {
  readonly a: number;
  readonly b: number;
}

type Project = (place: Place) => readonly [number, number];

/** The heat map with level lines, every contestant's path, and a cursor that reads J. */
export function LandscapePicture({landscape, surface, aspect, floor, walkers, probe, minima = [], onPick = actions.probeAt, ink, bar}: Props) {
  const {ref, width, height} = useElementSize();
  const [cursor, setCursor] = useState<Place | null>(null);
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
    else if (event.key === 'Enter' || event.key === ' ') onPick(from.a, from.b);
    else return;
    event.preventDefault();
  };
  const stretch = stretchOf(landscape, {width, height});
  const ends = pathsInWords(landscape.paths, walkers);
  const summary = `Map of J from ${measured(surface.low)} to ${measured(surface.peak)}. ${ends}`;
  return (
    <div className="map">
      <div className="map-room">
        <div className="map-fit" data-equal={aspect !== null || undefined} style={aspect === null ? undefined : equalUnits(aspect)}>
          <AxisName className="map-b" name={landscape.bLabel} range={bRange} enlarged={stretch.b} />
          <div
            ref={ref}
            className="map-plot"
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is read and probed with the arrow keys
            tabIndex={0}
            aria-label="Loss landscape. Arrow keys move a cursor, Enter looks at the network there."
            onPointerMove={(event) => setCursor(placeOf(event))}
            onPointerDown={(event) => setCursor(placeOf(event))}
            // A finger that is lifted has left too; what it read stays.
            onPointerLeave={(event) => event.pointerType === 'mouse' && setCursor(null)}
            onClick={(event) => {
              const {a, b} = placeOf(event);
              onPick(a, b);
            }}
            onKeyDown={onKey}
          >
            <Picture draw={draw} label={summary} testId="landscape-canvas" />
            <svg className="map-overlay" width={width} height={height} aria-hidden="true">
              <PathLines paths={landscape.paths} walkers={walkers} project={project} ink={ink} />
              <MinimaMarks minima={minima} project={project} ink={ink} />
              {probe?.landscapeId === landscape.id && <Cross at={project(probe)} colour={ink.text} />}
              {cursor && <Cross at={project(cursor)} colour={ink.text} />}
            </svg>
            <output className="map-readout" aria-live={cursor ? 'polite' : 'off'}>
              {cursor && readingAt(landscape, surface, floor, cursor)}
            </output>
          </div>
          <AxisName className="map-a" name={landscape.aLabel} range={aRange} enlarged={stretch.a} />
        </div>
      </div>
      {bar}
    </div>
  );
}

/** Style that makes a picture in its room the largest of an aspect. */
export const equalUnits = (aspect: number): CSSProperties => ({'--aspect': aspect}) as CSSProperties;

interface AxisNameProps {
  readonly className: string;
  readonly name: string;
  readonly range: readonly [number, number];
  /** How many times as long its unit is drawn as the other axis's, where it is longer. */
  readonly enlarged: number | null;
}

/** An axis's name between the ends of its range. */
function AxisName({className, name, range, enlarged}: AxisNameProps) {
  const times = enlarged === null ? null : number(enlarged, 2);
  return (
    <span className={className} title={times === null ? name : `${name}. A unit along this axis is drawn ${times} times as long as along the other.`}>
      <span className="figure">{number(range[0], 2)}</span>
      <span className="map-axis">
        <span>{name}</span>
        {times !== null && <span className="figure">× {times}</span>}
      </span>
      <span className="figure">{number(range[1], 2)}</span>
    </span>
  );
}

const moved = (value: number, by: number, [low, high]: readonly [number, number]): number =>
  Math.min(Math.max(value + (by * (high - low)) / 40, low), high);

export const pathsInWords = (paths: readonly ProjectedPath[], walkers: readonly Walker[]): string =>
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

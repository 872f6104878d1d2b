import {useElementSize} from '@mantine/hooks';
import {Fragment, type KeyboardEvent, type PointerEvent, useCallback, useMemo, useState} from 'react';
import {type Basins, OTHER_FATES} from '../../core/basins.ts';
import {count} from '../format.ts';
import {equalAspect} from '../landscape/frame.ts';
import {equalUnits} from '../landscape/LandscapePicture.tsx';
import type {Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {basinLabels, drawBasins} from './basinPicture.ts';
import {minimumText, placeText} from './place.ts';

interface Props {
  readonly basins: Basins;
  /** Where the contestant itself starts. */
  readonly start: readonly [number, number];
  readonly label: string;
  readonly ink: Ink;
}

/** A start of the grid, row 0 below. */
interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Every start in the colour of the minimum that it reached, with the minima's numbers; a cursor reads single starts. */
export function BasinsMap({basins, start, label, ink}: Props) {
  const {ref, width, height} = useElementSize();
  const [cursor, setCursor] = useState<Cell | null>(null);
  const {side, xRange, yRange, minima} = basins;
  const draw: Draw = useCallback((context, w, h) => drawBasins(context, w, h, basins, ink), [basins, ink]);
  const labels = useMemo(() => basinLabels(basins), [basins]);
  const clamped = (cell: number): number => Math.min(Math.max(cell, 0), side - 1);
  const atPointer = (event: PointerEvent<HTMLElement>): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = (share: number): number => clamped(Math.floor(share * side));
    return {column: cell((event.clientX - box.left) / box.width), row: cell(1 - (event.clientY - box.top) / box.height)};
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const move = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]}[event.key];
    if (!move) return;
    event.preventDefault();
    const from = cursor ?? {column: side >> 1, row: side >> 1};
    setCursor({column: clamped(from.column + move[0]), row: clamped(from.row + move[1])});
  };
  /** The middle of a start's cell. */
  const cellAt = ({column, row}: Cell): readonly [number, number] => [((column + 0.5) / side) * width, (1 - (row + 0.5) / side) * height];
  const pointAt = (x: number, y: number): readonly [number, number] =>
    cellAt({column: ((x - xRange[0]) / (xRange[1] - xRange[0])) * (side - 1), row: ((y - yRange[0]) / (yRange[1] - yRange[0])) * (side - 1)});
  const aspect = equalAspect({aRange: xRange, bRange: yRange});
  return (
    <div className="map-room basins-room">
      <div
        ref={ref}
        className="map-plot map-fit"
        data-equal={aspect !== null || undefined}
        style={aspect === null ? undefined : equalUnits(aspect)}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is read with the arrow keys
        tabIndex={0}
        aria-label="Basins of attraction. Arrow keys move from start to start."
        onPointerMove={(event) => setCursor(atPointer(event))}
        onPointerDown={(event) => setCursor(atPointer(event))}
        onPointerLeave={() => setCursor(null)}
        onKeyDown={onKey}
      >
        <Picture draw={draw} label={label} testId="basins-canvas" />
        <svg className="map-overlay" width={width} height={height} aria-hidden="true">
          {minima.map(({x, y, valley}) => (
            <Fragment key={`${x} ${y}`}>
              {valley.map(([a, b]) => (
                <Spot key={`${a} ${b}`} at={pointAt(a, b)} radius={1.5} ink={ink} />
              ))}
              {valley.length === 0 && <Spot at={pointAt(x, y)} radius={3} ink={ink} />}
            </Fragment>
          ))}
          <StartMark at={pointAt(start[0], start[1])} ink={ink} />
          {labels.map(({minimum, column, row}) => {
            const [x, y] = cellAt({column, row});
            return (
              <text key={minimum} className="basin-number" x={x} y={y} fill={ink.scheme === 'dark' ? ink.paper : ink.text} stroke={ink.scheme === 'dark' ? ink.text : ink.paper}>
                {minimum + 1}
              </text>
            );
          })}
          {cursor && <Frame at={cellAt(cursor)} width={width / side} height={height / side} ink={ink} />}
        </svg>
        <output className="map-readout" aria-live={cursor ? 'polite' : 'off'}>
          {cursor && fateOf(basins, cursor)}
        </output>
      </div>
    </div>
  );
}

/** A minimum that was reached, or one of a valley's. */
function Spot({at: [x, y], radius, ink}: {readonly at: readonly [number, number]; readonly radius: number; readonly ink: Ink}) {
  return <circle cx={x} cy={y} r={radius} fill={ink.text} stroke={ink.paper} strokeWidth={radius / 2} />;
}

function StartMark({at: [x, y], ink}: {readonly at: readonly [number, number]; readonly ink: Ink}) {
  return (
    <g fill="none">
      <circle cx={x} cy={y} r={5} stroke={ink.paper} strokeWidth={4} />
      <circle cx={x} cy={y} r={5} stroke={ink.text} strokeWidth={1.8} />
    </g>
  );
}

function Frame({at: [x, y], width, height, ink}: {readonly at: readonly [number, number]; readonly width: number; readonly height: number; readonly ink: Ink}) {
  const [w, h] = [Math.max(width, 7), Math.max(height, 7)];
  return <rect x={x - w / 2} y={y - h / 2} width={w} height={h} fill="none" stroke={ink.text} strokeWidth={1.4} />;
}

function fateOf(basins: Basins, {column, row}: Cell): string {
  const {side, xRange, yRange, reached, arrived} = basins;
  const at = ([low, high]: readonly [number, number], cell: number): number => low + ((high - low) * cell) / (side - 1);
  const from = placeText(basins, {x: at(xRange, column), y: at(yRange, row)});
  const fate = reached[row * side + column];
  const soon = `within ${count(arrived[row * side + column])} iterations`;
  switch (fate) {
    case OTHER_FATES.diverged:
      return `from ${from}: diverged`;
    case OTHER_FATES.underWay:
      return `from ${from}: still under way`;
    case OTHER_FATES.undefined:
      return `at ${from} f is undefined`;
    case OTHER_FATES.further:
      return `from ${from}: one of the minima without a number, ${soon}`;
    default:
      return `from ${from}: ${minimumText(basins, fate)}, ${soon}`;
  }
}

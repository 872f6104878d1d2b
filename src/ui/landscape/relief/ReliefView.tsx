import {useElementSize} from '@mantine/hooks';
import {type KeyboardEvent, type ReactNode, type RefObject, useMemo, useRef, useState} from 'react';
import {actions} from '../../../state/basin.ts';
import {measured} from '../../format.ts';
import {pathsInWords} from '../LandscapePicture.tsx';
import {type Place, readingAt} from '../reading.ts';
import type {Shown} from '../shown.ts';
import {type Axes, axesOf} from './axes.ts';
import {HOME, movedByKey, project, rayThrough, type Sight, sightOf, unitsOf, zoomed} from './camera.ts';
import {useGestures} from './gestures.ts';
import {heightAt, pick, type Point, RELIEF} from './mesh.ts';
import {floorInWords, floorShade, inPlane, inScene} from './scene.ts';
import {type Capture, useDrawing, useWheel} from './useDrawing.ts';

export interface ReliefProps {
  readonly shown: Shown;
  /** The colour scale, below. */
  readonly bar: ReactNode;
  readonly capture: RefObject<Capture | null>;
  /** What a press does, where it does not look at the network there. */
  readonly onPick?: ((a: number, b: number) => void) | undefined;
  /** Told once where there is no WebGL 2. */
  readonly onUnavailable: (reason: string) => void;
}

const CURSOR_STEP = 2 / 40;

/** The landscape in three dimensions: the map's colours and paths, and J as height. Draws only on changes. */
export default function ReliefView({shown, bar, capture, onPick = actions.probeAt, onUnavailable}: ReliefProps) {
  const {landscape, surface, aspect, floor, walkers} = shown;
  const {ref, width, height} = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [camera, setCamera] = useState(HOME);
  const [cursor, setCursor] = useState<Place | null>(null);
  // Until the box is measured there is no picture.
  const isMeasured = width > 4 && height > 4;
  const sight = useMemo(() => sightOf(camera, isMeasured ? width / height : 1, unitsOf(aspect)), [camera, aspect, isMeasured, width, height]);
  const isLost = useDrawing(canvas, {shown, camera, sight, size: isMeasured ? {width, height} : null, capture, onUnavailable});
  useWheel(canvas, (down) => setCamera((now) => zoomed(now, down ? 1.1 : 1 / 1.1)));

  const placeUnder = (event: {readonly currentTarget: Element; readonly clientX: number; readonly clientY: number}): Place | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const ray = rayThrough(sight, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    const hit = pick(surface, sight.eye, ray);
    return hit && inPlane(landscape, hit);
  };
  const gestures = useGestures({
    move: setCamera,
    hover: (event) => setCursor(placeUnder(event)),
    leave: () => setCursor(null),
    tap: (event) => {
      const place = placeUnder(event);
      setCursor(place);
      if (place) onPick(place.a, place.b);
    },
  });
  const onKey = (event: KeyboardEvent): void => {
    // Ctrl and its like with + - 0 are the browser's own zoom.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? CURSOR_STEPS[event.key] : undefined;
    const moved = movedByKey(camera, event.key);
    if (step) setCursor(inPlane(landscape, stepped(cursor ? inScene(landscape, cursor) : [0, 0], step)));
    else if (moved) setCamera(moved);
    else if ((event.key === 'Enter' || event.key === ' ') && cursor) onPick(cursor.a, cursor.b);
    else return;
    event.preventDefault();
  };
  const words = `Surface of J in three dimensions, from ${measured(surface.low)} to ${measured(surface.peak)}. ${floor ? `Floor: ${floorInWords(surface, floor)}. ` : ''}${pathsInWords(landscape.paths, walkers)}`;
  return (
    <div className="map relief">
      <div
        ref={ref}
        className="map-plot relief-plot"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the scene is turned with the arrow keys
        tabIndex={0}
        data-testid="relief"
        aria-label="Loss landscape in three dimensions. Arrow keys turn it, plus and minus zoom, 0 goes back; with Shift, arrow keys move a cursor that reads J, and Enter looks at the network there."
        {...gestures}
        onKeyDown={onKey}
      >
        <canvas ref={canvas} role="img" aria-label={words} data-testid="relief-canvas" data-yaw={camera.yaw.toFixed(3)} data-pitch={camera.pitch.toFixed(3)} data-distance={camera.distance.toFixed(3)} />
        {isMeasured && (
          <Overlay axes={axesOf(sight, width, height, landscape, surface)} width={width} height={height}>
            {cursor && <Pin at={inScene(landscape, cursor)} surface={surface} floor={floor} sight={sight} width={width} height={height} />}
          </Overlay>
        )}
        {floor && <span className="relief-floor">floor: {floorInWords(surface, floor)}</span>}
        {isLost && <p className="relief-lost" role="status">The graphics driver has dropped the picture. It comes back by itself; if not, switch 3-D off and on.</p>}
        <output className="map-readout" aria-live={cursor ? 'polite' : 'off'}>
          {cursor && readingAt(landscape, surface, floor, cursor)}
        </output>
      </div>
      {bar}
    </div>
  );
}

const CURSOR_STEPS: Readonly<Record<string, readonly [number, number]>> = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]};

const stepped = ([x, y]: readonly [number, number], [dx, dy]: readonly [number, number]): readonly [number, number] => [
  Math.min(Math.max(x + dx * CURSOR_STEP, -1), 1),
  Math.min(Math.max(y + dy * CURSOR_STEP, -1), 1),
];

function Overlay({axes, width, height, children}: {readonly axes: Axes; readonly width: number; readonly height: number; readonly children: ReactNode}) {
  return (
    <svg className="map-overlay relief-axes" width={width} height={height} aria-hidden="true">
      {axes.strokes.map(([x1, y1, x2, y2], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stroke is its place
        <line key={i} x1={x1} y1={y1} x2={x2} y2={y2} />
      ))}
      {axes.labels.map(({x, y, text, anchor, kind}, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a label is its place
        <text key={i} x={x} y={y} textAnchor={anchor} data-kind={kind}>
          {text}
        </text>
      ))}
      {children}
    </svg>
  );
}

interface PinProps extends Pick<Shown, 'surface' | 'floor'> {
  readonly at: readonly [number, number];
  readonly sight: Sight;
  readonly width: number;
  readonly height: number;
}

/** Where J is read: a ring on the surface, and a plumb line to the floor where there is one. */
function Pin({at: [x, y], surface, floor, sight, width, height}: PinProps) {
  const z = heightAt(surface, x, y);
  const base = floor ? RELIEF * floorShade(surface, floor) : 0;
  const on = (point: Point): readonly [number, number] => project(sight, point, width, height);
  const [foot, head] = [on([x, y, base]), on([x, y, Number.isNaN(z) ? base : z])];
  return (
    <g className="relief-pin">
      <line x1={foot[0]} y1={foot[1]} x2={head[0]} y2={head[1]} />
      <circle cx={head[0]} cy={head[1]} r={5} />
    </g>
  );
}

import type {Landscape} from '../../../core/protocol.ts';
import {number} from '../../format.ts';
import {type Surface, valueAtShade} from '../surface.ts';
import {project, type Sight} from './camera.ts';
import {type Point, RELIEF} from './mesh.ts';

export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly kind: 'tick' | 'name';
}

/** Words and strokes around the surface, in pixels of a picture. */
export interface Axes {
  readonly labels: readonly Label[];
  /** x1, y1, x2, y2. */
  readonly strokes: readonly (readonly [number, number, number, number])[];
}

/** Distances from the square's edge at which ticks and names stand. */
const [TICKS, NAMES] = [1.09, 1.2];
/** Where on its edge an end of the range is written, best first. */
const ENDS = [0.9, 0.75, 0.6] as const;
const LONGEST_NAME = 34;

const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);

/** Axes along the two edges nearest to the eye, and heights at the corner farthest to the left. */
export function axesOf(sight: Sight, width: number, height: number, landscape: Landscape, surface: Surface): Axes {
  const on = (point: Point): readonly [number, number] => project(sight, point, width, height);
  const [nearX, nearY] = [sight.eye[0] < 0 ? -1 : 1, sight.eye[1] < 0 ? -1 : 1];
  const {aRange, bRange, aLabel, bLabel} = landscape;
  const alongA = (x: number, off: number): Point => [x, nearY * off, 0];
  const alongB = (y: number, off: number): Point => [nearX * off, y, 0];
  const heights = heightAxis(on, surface);
  const edge = (place: (at: number, off: number) => Point, range: readonly [number, number], name: string): readonly Label[] => {
    const [inner, outer] = [on(place(0, 1)), on(place(0, NAMES))];
    const lean = (outer[0] - inner[0]) / Math.max(Math.hypot(outer[0] - inner[0], outer[1] - inner[1]), 1e-6);
    const anchor = lean > 0.35 ? 'start' : lean < -0.35 ? 'end' : 'middle';
    const put = (at: number, off: number, text: string, kind: Label['kind']): Label => {
      const [x, y] = on(place(at, off));
      return inSight({x, y: y + 4, text, anchor, kind}, width);
    };
    /** As near to its end of the edge as the heights leave room. */
    const end = (side: -1 | 1, value: number): Label => {
      const candidates = ENDS.map((at) => put(side * at, TICKS, number(value, 2), 'tick'));
      return candidates.find((one) => !heights.labels.some((other) => overlap(one, other))) ?? candidates[0];
    };
    return [end(-1, range[0]), put(0, NAMES, shortened(name), 'name'), end(1, range[1])];
  };
  return {labels: [...edge(alongA, aRange, aLabel), ...edge(alongB, bRange, bLabel), ...heights.labels], strokes: heights.strokes};
}

/** Pixels of a character, about, and of a line. */
const [CHARACTER, LINE] = [6.8, 13];

/** Where a label begins and ends. */
function extentOf({x, text, anchor}: Label): readonly [number, number] {
  const length = text.length * CHARACTER;
  const start = x - {start: 0, middle: length / 2, end: length}[anchor];
  return [start, start + length];
}

function overlap(one: Label, other: Label): boolean {
  const [[from, to], [otherFrom, otherTo]] = [extentOf(one), extentOf(other)];
  return Math.abs(one.y - other.y) < LINE && from < otherTo && otherFrom < to;
}

/** The label shifted so that no end of it is cut off. */
function inSight(label: Label, width: number): Label {
  const [start, end] = extentOf(label);
  const shift = Math.max(0, 4 - start) - Math.max(0, end - (width - 4));
  return {...label, x: label.x + shift};
}

function heightAxis(on: (point: Point) => readonly [number, number], surface: Surface): Axes {
  const corners = [-1, 1].flatMap((x) => [-1, 1].map((y) => [x, y] as const));
  const acrossOf = ([x, y]: readonly [number, number]): number => on([x, y, 0])[0];
  const [cx, cy] = corners.toSorted((one, other) => acrossOf(one) - acrossOf(other))[0];
  const [foot, top] = [on([cx, cy, 0]), on([cx, cy, RELIEF])];
  // Seen from above, the axis is a point.
  if (foot[1] - top[1] < 24) return {labels: [], strokes: []};
  const ticks = [0, 0.5, 1].map((t) => ({t, at: on([cx, cy, t * RELIEF])}));
  const text = (t: number): string => `${t === 1 && surface.peak > surface.high ? '≥ ' : ''}${number(valueAtShade(surface, t), 3)}`;
  const labels = ticks.map(({t, at: [x, y]}): Label => ({x: x - 8, y: y + 4, text: text(t), anchor: 'end', kind: 'tick'}));
  return {
    labels: [...labels, {x: top[0], y: top[1] - 10, text: 'J', anchor: 'middle', kind: 'name'}],
    strokes: [[...foot, ...top], ...ticks.map(({at: [x, y]}) => [x - 4, y, x, y] as const)],
  };
}

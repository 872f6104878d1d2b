import {shadeAt, type Surface} from '../surface.ts';

/**
 * The landscape as a body in the scene: x and y run over -1..1 along the plane's axes, z from 0 (the lowest J) to
 * RELIEF (the end of the colour scale), so heights follow the colour scale, its logarithm and its clipping included.
 */
export const RELIEF = 0.85;

export type Point = readonly [number, number, number];

const heightOf = (shade: number): number => RELIEF * Math.min(Math.max(shade, 0), 1);

/** Grid units 0..side-1 as a coordinate of the scene. */
const along = (u: number, side: number): number => (2 * u) / (side - 1) - 1;

/** The height above a place of the scene; NaN outside the grid and in holes. */
export function heightAt(surface: Surface, x: number, y: number): number {
  if (!(Math.abs(x) <= 1 && Math.abs(y) <= 1)) return Number.NaN;
  const half = (surface.side - 1) / 2;
  return heightOf(shadeAt(surface, (x + 1) * half, (y + 1) * half));
}

export interface Mesh {
  /** side x side vertices, three numbers each. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** 0..1 on the colour scale. */
  readonly shades: Float32Array;
  /** Triangles. None touches a hole. */
  readonly indices: Uint32Array;
}

export function meshOf(surface: Surface): Mesh {
  const {side, shade} = surface;
  const count = side * side;
  const positions = new Float32Array(3 * count);
  const normals = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const [column, row] = [i % side, Math.floor(i / side)];
    positions.set([along(column, side), along(row, side), Number.isNaN(shade[i]) ? 0 : heightOf(shade[i])], 3 * i);
    const slopeX = slopeAt(surface, i, 1, column);
    const slopeY = slopeAt(surface, i, side, row);
    const length = Math.hypot(slopeX, slopeY, 1);
    normals.set([-slopeX / length, -slopeY / length, 1 / length], 3 * i);
  }
  const shades = Float32Array.from(shade, (t) => (Number.isNaN(t) ? 0 : Math.min(Math.max(t, 0), 1)));
  return {positions, normals, shades, indices: trianglesOf(surface)};
}

/** dz along one axis, by the neighbours on both sides as far as they are there; `place` counts along that axis. */
function slopeAt({shade, side}: Surface, at: number, stride: number, place: number): number {
  if (Number.isNaN(shade[at])) return 0;
  const before = place > 0 && !Number.isNaN(shade[at - stride]) ? 1 : 0;
  const after = place < side - 1 && !Number.isNaN(shade[at + stride]) ? 1 : 0;
  if (before + after === 0) return 0;
  const rise = heightOf(shade[at + after * stride]) - heightOf(shade[at - before * stride]);
  return (rise / (before + after)) * ((side - 1) / 2);
}

/** Two triangles a cell; one where a single corner is a hole. */
function trianglesOf({side, shade}: Surface): Uint32Array {
  const indices: number[] = [];
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const at = row * side + column;
      const corners = [at, at + 1, at + side + 1, at + side];
      const whole = corners.filter((corner) => !Number.isNaN(shade[corner]));
      if (whole.length >= 3) indices.push(whole[0], whole[1], whole[2]);
      if (whole.length === 4) indices.push(whole[0], whole[2], whole[3]);
    }
  }
  return Uint32Array.from(indices);
}

/** So that a draped line lies on the triangles, not in them. */
const LIFT = 0.006;
/** Points on a draped line, for each cell it crosses. */
const FINENESS = 2;

/** Where the segment from `p` along `d` lies within -1..1, as shares of it; null where nowhere. */
function insideShares(p: readonly [number, number], d: readonly [number, number]): readonly [number, number] | null {
  let [from, to] = [0, 1];
  for (const axis of [0, 1]) {
    if (d[axis] === 0) {
      if (Math.abs(p[axis]) > 1) return null;
      continue;
    }
    const ends = [(-1 - p[axis]) / d[axis], (1 - p[axis]) / d[axis]];
    from = Math.max(from, Math.min(...ends));
    to = Math.min(to, Math.max(...ends));
  }
  return from < to ? [from, to] : null;
}

/** A path over the plane (coordinates of the scene) laid on the surface; in pieces where it leaves the grid or crosses holes. */
export function drape(surface: Surface, places: readonly (readonly [number, number])[]): readonly (readonly Point[])[] {
  const pieces: Point[][] = [[]];
  const put = (x: number, y: number): void => {
    const z = heightAt(surface, x, y);
    if (!Number.isNaN(z)) pieces[pieces.length - 1].push([x, y, z + LIFT]);
    else if (pieces[pieces.length - 1].length > 0) pieces.push([]);
  };
  for (let i = 1; i < places.length; i++) {
    const from = places[i - 1];
    const d = [places[i][0] - from[0], places[i][1] - from[1]] as const;
    const inside = insideShares(from, d);
    if (!inside || inside[0] > 0) pieces.push([]);
    if (!inside) continue;
    const cells = (Math.max(Math.abs(d[0]), Math.abs(d[1])) * (inside[1] - inside[0]) * (surface.side - 1)) / 2;
    const steps = Math.max(1, Math.ceil(FINENESS * cells));
    // The first point of a segment is the last of the one before, unless the line comes in from outside.
    for (let step = pieces[pieces.length - 1].length > 0 ? 1 : 0; step <= steps; step++) {
      const share = inside[0] + ((inside[1] - inside[0]) * step) / steps;
      put(clamped(from[0] + share * d[0]), clamped(from[1] + share * d[1]));
    }
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** Rounding may carry a point on the border just past it. */
const clamped = (x: number): number => (Math.abs(x) > 1 && Math.abs(x) < 1 + 1e-9 ? Math.sign(x) : x);

/** The first point of the surface that a ray meets, from above or below; null where it meets none. */
export function pick(surface: Surface, origin: Point, direction: Point): Point | null {
  const at = (s: number): Point => [origin[0] + s * direction[0], origin[1] + s * direction[1], origin[2] + s * direction[2]];
  const above = (s: number): number => {
    const [x, y, z] = at(s);
    return z - heightAt(surface, x, y);
  };
  const reach = Math.hypot(...origin) + 2;
  const stride = 1 / surface.side;
  let [s, before] = [0, Number.NaN];
  for (; s < reach; s += stride) {
    const now = above(s);
    // NaN, outside and in holes, is neither above nor below.
    if ((before > 0 && now <= 0) || (before < 0 && now >= 0)) {
      let [low, high] = [s - stride, s];
      for (let halving = 0; halving < 24; halving++) {
        const middle = (low + high) / 2;
        if (above(middle) > 0 === before > 0) low = middle;
        else high = middle;
      }
      return at(high);
    }
    before = now;
  }
  return null;
}

import {type Point, RELIEF} from './mesh.ts';

/** A camera that circles the middle of the scene. Angles in radians; distance in units of the scene. */
export interface Camera {
  /** Around the vertical; 0 looks along +y. */
  readonly yaw: number;
  /** Above the horizon. */
  readonly pitch: number;
  readonly distance: number;
}

export const HOME: Camera = {yaw: -0.55, pitch: 0.6, distance: 5.1};

const LOWEST = -0.15;
const HIGHEST = 1.5;
const NEAREST = 1.6;
const FARTHEST = 12;
const TARGET: Point = [0, 0, 0.27 * RELIEF];
const HALF_ANGLE = Math.tan((34 * Math.PI) / 360);
const NEAR = 0.1;
const FAR = 30;
/** Narrower pictures than this are seen from farther away, so that the whole square stays in sight. */
const FITS = 1.4;

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

export const turned = (camera: Camera, yaw: number, pitch: number): Camera => ({
  ...camera,
  yaw: camera.yaw + yaw,
  pitch: within(camera.pitch + pitch, LOWEST, HIGHEST),
});

export const zoomed = (camera: Camera, factor: number): Camera => ({...camera, distance: within(camera.distance * factor, NEAREST, FARTHEST)});

const TURN = Math.PI / 24;
const ZOOM = 1.12;

/** Arrows turn the scene, + and - zoom, 0 goes back; null for other keys. */
export function movedByKey(camera: Camera, key: string): Camera | null {
  switch (key) {
    case 'ArrowLeft':
      return turned(camera, TURN, 0);
    case 'ArrowRight':
      return turned(camera, -TURN, 0);
    case 'ArrowUp':
      return turned(camera, 0, TURN);
    case 'ArrowDown':
      return turned(camera, 0, -TURN);
    case '+':
    case '=':
      return zoomed(camera, 1 / ZOOM);
    case '-':
      return zoomed(camera, ZOOM);
    case '0':
      return HOME;
    default:
      return null;
  }
}

/** What a camera sees, for a picture of the given width / height. */
export interface Sight {
  /** In the scene's own coordinates. */
  readonly eye: Point;
  /** Lengths of a unit of the scene along x and y. */
  readonly units: Units;
  /** Unit vectors to the right, up and forward. */
  readonly right: Point;
  readonly up: Point;
  readonly forward: Point;
  readonly aspect: number;
  /** From the scene to clip coordinates, column by column. */
  readonly matrix: Float32Array;
}

export type Units = readonly [number, number];

/** The longer side of the square keeps its length where the scene shows ranges of such an aspect with equal units. */
export const unitsOf = (aspect: number | null): Units => (aspect === null ? [1, 1] : aspect > 1 ? [1, 1 / aspect] : [aspect, 1]);

const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export function sightOf({yaw, pitch, distance}: Camera, aspect: number, units: Units = [1, 1]): Sight {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  const forward: Point = [sy * cp, cy * cp, -sp];
  const right: Point = [cy, -sy, 0];
  const up: Point = [sy * sp, cy * sp, cp];
  const far = distance * Math.max(1, FITS / aspect);
  const from: Point = [TARGET[0] - far * forward[0], TARGET[1] - far * forward[1], TARGET[2] - far * forward[2]];
  // Perspective: x and y divided by the depth along `forward`; depth itself from NEAR..FAR to -1..1.
  const [sx, sy2] = [1 / (HALF_ANGLE * aspect), 1 / HALF_ANGLE];
  const [k, l] = [(FAR + NEAR) / (FAR - NEAR), (-2 * FAR * NEAR) / (FAR - NEAR)];
  const columns = [0, 1, 2].flatMap((i) => [sx * right[i], sy2 * up[i], k * forward[i], forward[i]].map((entry) => entry * (units[i] ?? 1)));
  const last = [-sx * dot(right, from), -sy2 * dot(up, from), -k * dot(forward, from) + l, -dot(forward, from)];
  return {eye: [from[0] / units[0], from[1] / units[1], from[2]], units, right, up, forward, aspect, matrix: Float32Array.from([...columns, ...last])};
}

/** A point of the scene in a picture of `width` x `height`, y downwards. */
export function project({eye, units, right, up, forward, aspect}: Sight, point: Point, width: number, height: number): readonly [number, number] {
  const d: Point = [(point[0] - eye[0]) * units[0], (point[1] - eye[1]) * units[1], point[2] - eye[2]];
  const depth = dot(d, forward) * HALF_ANGLE;
  return [(0.5 + dot(d, right) / (2 * depth * aspect)) * width, (0.5 - dot(d, up) / (2 * depth)) * height];
}

/** The direction (of length 1, in the scene's own coordinates) in which a place of the picture lies; shares of its width and height from the top left. */
export function rayThrough({units, right, up, forward, aspect}: Sight, shareX: number, shareY: number): Point {
  const [x, y] = [(2 * shareX - 1) * HALF_ANGLE * aspect, (1 - 2 * shareY) * HALF_ANGLE];
  const along = (i: 0 | 1 | 2): number => forward[i] + x * right[i] + y * up[i];
  const [dx, dy, dz] = [along(0) / units[0], along(1) / units[1], along(2)];
  const length = Math.hypot(dx, dy, dz);
  return [dx / length, dy / length, dz / length];
}

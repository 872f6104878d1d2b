import type {SharedSpace} from '../core/hostProblem.ts';
import {symmetricEigen} from '../numerics/symmetricEigen.ts';
import {type Axis, type ChosenPlane, chosen, difference, endOf, newDirection, NOISE, norm, type PlaneRequest} from './planeAxes.ts';

/** Points of all paths together at most: the eigenproblem costs their number cubed. */
const MOST_POINTS = 160;

/**
 * Principal directions of points by the eigenvectors q of their Gram matrix: direction = sum_s q_s r_s, at length 1, with the rows
 * r_s of differences from a centre. Shares are of the sum of squares.
 * @param rows float32 suffices (snapshots are float32) and halves the memory of a long path of a wide network
 * @param size length that the rows are small or large beside
 */
function principalAxes(rows: readonly Float32Array[], size: number): Axis[] {
  const count = rows.length;
  const dim = rows[0].length;
  const gram = new Float64Array(count * count);
  for (let s = 0; s < count; s++) {
    for (let t = 0; t <= s; t++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += rows[s][i] * rows[t][i];
      gram[s * count + t] = sum;
      gram[t * count + s] = sum;
    }
  }
  const {values, vectors} = symmetricEigen(gram, count);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const axes: Axis[] = [];
  for (const [index, word] of ['main', 'second'].entries()) {
    if (index >= count || values[index] <= (NOISE * size) ** 2 || values[index] <= 1e-10 * total) break;
    const direction = new Float64Array(dim);
    for (let s = 0; s < count; s++) {
      const weight = vectors[index * count + s];
      for (let i = 0; i < dim; i++) direction[i] += weight * rows[s][i];
    }
    const fresh = newDirection(direction, axes, 0);
    if (!fresh) break;
    const percent = Math.round((100 * values[index]) / total);
    axes.push({direction: fresh, label: `${word} direction, ${percent} % of variance`});
  }
  return axes;
}

/** The first two principal directions of one path's steps away from its end, p_s - p_end. */
export function pathPlane(space: SharedSpace, {names, of, seed}: PlaneRequest): ChosenPlane {
  const path = space.paths[of];
  const end = endOf(path);
  const rows = Array.from({length: path.iterations.length}, (_, s) => Float32Array.from(difference(path.point(s), end)));
  const axes = principalAxes(rows, norm(end));
  const notes: string[] = [];
  if (axes.length === 0) notes.push(`${names[of]} has not moved yet, so its path has no direction; random directions are shown.`);
  if (axes.length === 1) notes.push(`${names[of]}'s path is a straight line so far; a random direction completes the plane.`);
  return chosen(end, axes, space, seed, notes);
}

/** Up to `most` numbers from 0 to count - 1, evenly spaced, with the last. */
const spread = (count: number, most: number): readonly number[] =>
  count <= most ? Array.from({length: count}, (_, i) => i) : Array.from({length: most}, (_, i) => Math.round(((i + 1) * count) / most) - 1);

/**
 * The first two principal directions of the points of all paths about their mean. Every path weighs the same, however many of its
 * points are known: rows are (p - mean) / sqrt(points of the path).
 */
export function allPathsPlane(space: SharedSpace, {seed}: PlaneRequest): ChosenPlane {
  const most = Math.floor(MOST_POINTS / space.paths.length);
  const points = space.paths.map((path) => spread(path.iterations.length, most).map((s) => path.point(s)));
  const mean = new Float64Array(space.dim);
  for (const own of points) for (const point of own) for (let i = 0; i < mean.length; i++) mean[i] += point[i] / (own.length * points.length);
  const rows = points.flatMap((own) => own.map((point) => Float32Array.from(difference(point, mean), (x) => x / Math.sqrt(own.length))));
  const axes = principalAxes(rows, norm(mean));
  const notes: string[] = [];
  if (axes.length === 0) notes.push('All paths are at one point so far, so they have no directions; random directions are shown.');
  if (axes.length === 1) notes.push('All paths lie on one straight line so far; a random direction completes the plane.');
  return chosen(mean, axes, space, seed, notes);
}

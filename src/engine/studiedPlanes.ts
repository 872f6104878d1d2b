import type {NetworkDirections} from '../core/directions.ts';
import {figure} from '../core/figures.ts';
import type {SharedSpace} from '../core/hostProblem.ts';
import {type Axis, type ChosenPlane, chosen, newDirection, norm, type PlaneRequest} from './planeAxes.ts';
import {pathPlane} from './principalPlanes.ts';

const RESCALED = 'The numbers at the axes are those of the weights as they are trained; the map draws each neuron at its best scaling, where J can bend otherwise.';
/** Half the difference of points as a share of the network's length: small beside what bends the map, large beside rounding. */
const STEP = 1e-5;
/** A direction carried to less than this share of its length moves the weights, but not the function. */
const LOST = 1e-6;
/** Shown at least this far, as a share of the network's length. */
const REACH = 0.1;

/** A direction in weights, with what it is called. */
interface Named {
  readonly values: Float64Array;
  readonly label: string;
}

const short = (x: number): string => figure(x, 3);

const eigenNames = ({eigenvalues, eigenvectors}: NetworkDirections): Named[] =>
  eigenvectors.map((values, i) => ({values, label: `${i === 0 ? 'sharpest' : 'second sharpest'}, curvature ${short(eigenvalues[i])}`}));

/**
 * A direction v of the weights w as one of the space, by central differences of the map P from weights to points:
 * (P(w + h v) - P(w - h v)) / 2h. P may bend, as neurons are drawn at their best scaling. Null where the space has no such places.
 */
function carried(space: SharedSpace, of: number, {network: {shapes, values}}: NetworkDirections, direction: Float64Array): Float64Array | null {
  const unit = norm(direction);
  if (unit === 0) return null;
  const h = (STEP * (norm(Float64Array.from(values)) || 1)) / unit;
  const beside = (step: number): Float64Array | null => space.place({shapes, values: direction.map((v, i) => values[i] + step * v)}, of);
  const [ahead, behind] = [beside(h), beside(-h)];
  return ahead && behind && ahead.map((x, i) => (x - behind[i]) / (2 * h * unit));
}

/** Where nothing could be found the path's own plane stands in. */
function instead(space: SharedSpace, request: PlaneRequest, why: string): ChosenPlane {
  const plane = pathPlane(space, request);
  return {...plane, notes: [`${why} The plane of ${request.names[request.of]}'s path is shown instead.`, ...plane.notes]};
}

/** The plane of the first two directions that differ in the space, around the network that they were found at. */
function planeOf(space: SharedSpace, request: PlaneRequest, wanted: (found: NetworkDirections) => readonly Named[], notes: (found: NetworkDirections) => readonly string[]): ChosenPlane {
  const {directions: found, of, seed, names} = request;
  if (!found) return instead(space, request, 'The directions have not been measured yet.');
  if ('missing' in found) return instead(space, request, found.missing);
  const origin = space.place(found.network, of);
  if (!origin) return instead(space, request, `The directions belong to a network of ${names[of]} that has no place on this map.`);
  const axes: Axis[] = [];
  for (const {values, label} of wanted(found)) {
    const direction = axes.length < 2 ? carried(space, of, found, values) : null;
    const fresh = direction && newDirection(direction, axes, LOST);
    if (fresh) axes.push({direction: fresh, label});
  }
  const said = [...notes(found)];
  if (axes.length < 2) said.push(axes.length === 0 ? 'No direction was found here; random directions are shown.' : 'Only one direction was found here; a random direction completes the plane.');
  if (space.rescaled) said.push(RESCALED);
  return {...chosen(origin, axes, space, seed, said), reach: REACH * norm(origin) || 1};
}

const measuredAt = ({network: {iteration}}: NetworkDirections): string => `Measured at iteration ${iteration}; again when the race rests.`;

/** The two eigenvectors of the Hessian with the largest eigenvalues, around a network. */
export const curvaturePlane = (space: SharedSpace, request: PlaneRequest): ChosenPlane =>
  planeOf(space, request, eigenNames, (found) => [measuredAt(found)]);

/** The gradient (uphill) and the sharpest direction, around a network; the second sharpest where the gradient is zero. */
export function gradientPlane(space: SharedSpace, request: PlaneRequest): ChosenPlane {
  const named = (found: NetworkDirections): readonly Named[] => {
    const length = norm(found.gradient);
    const uphill = {values: found.gradient, label: `gradient, length ${short(length)}`};
    return length > 0 ? [uphill, ...eigenNames(found)] : eigenNames(found);
  };
  const notes = (found: NetworkDirections): readonly string[] =>
    norm(found.gradient) > 0 ? [measuredAt(found)] : [measuredAt(found), 'The gradient is zero here; the two sharpest directions are shown.'];
  return planeOf(space, request, named, notes);
}

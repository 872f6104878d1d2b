import type {DataSummary, Neurons} from '../../core/protocol.ts';
import type {Ink} from '../palette.ts';

/** A contestant's neurons with its colour. */
export interface Population {
  /** Its place in the race, for its dash. */
  readonly index: number;
  readonly name: string;
  readonly colour: string;
  readonly neurons: Neurons;
}

type Context = CanvasRenderingContext2D;
type Place = readonly [number, number];

/**
 * Lambert's azimuthal equal-area map of the whole sphere onto the unit disc, seen from (0, 0, 1): a direction
 * (a, b, c) of length 1 goes to the distance sqrt((1 - c) / 2) from the centre. Equal areas on the sphere are equal on
 * the disc; the centre is on for every sample, the rim, which is the one point (0, 0, -1), for none.
 */
export function onDisc(a: number, b: number, c: number): Place {
  const flat = Math.hypot(a, b);
  const distance = Math.sqrt(Math.max(0, (1 - c) / 2));
  return flat === 0 ? [c > 0 ? 0 : 1, 0] : [(distance * a) / flat, (distance * b) / flat];
}

const CIRCLE_POINTS = 96;

/** The directions at right angles to (x, y, 1), where a sample is neither on nor off: a great circle, as places on the disc. */
export function greatCircle(x: number, y: number): readonly Place[] {
  const length = Math.hypot(x, y, 1);
  const [nx, ny, nz] = [x / length, y / length, 1 / length];
  const flat = Math.hypot(nx, ny);
  // Two directions at right angles to the normal and to each other.
  const [e1x, e1y] = flat === 0 ? [1, 0] : [-ny / flat, nx / flat];
  const [e2x, e2y, e2z] = [-nz * e1y, nz * e1x, nx * e1y - ny * e1x];
  return Array.from({length: CIRCLE_POINTS + 1}, (_, i) => {
    const t = (2 * Math.PI * i) / CIRCLE_POINTS;
    const [cos, sin] = [Math.cos(t), Math.sin(t)];
    return onDisc(cos * e1x + sin * e2x, cos * e1y + sin * e2y, sin * e2z);
  });
}

/** Lines grow fainter as they grow more. */
const lineAlpha = (count: number): number => Math.min(0.5, 0.1 + 9 / Math.max(count, 1));

/** A dot whose area is the neuron's weight: filled where its output weight is positive, hollow where negative. */
function dot(context: Context, [x, y]: Place, radius: number, sign: number, colour: string, ink: Ink): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = sign < 0 ? ink.paper : colour;
  context.globalAlpha = 0.92;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = sign < 0 ? colour : ink.paper;
  context.lineWidth = sign < 0 ? Math.min(2.2, Math.max(1.2, radius / 2)) : 1;
  context.stroke();
}

const LARGEST_DOT = 0.075;
const SMALLEST_DOT = 1.8;

/** Largest first, so that no neuron hides another, whoever it belongs to. */
function dots(context: Context, populations: readonly Population[], radius: number, placeOf: (neurons: Neurons, j: number) => Place, ink: Ink): void {
  const largest = populations.reduce((most, {neurons}) => Math.max(most, neurons.weights[0] ?? 0), 0);
  const all = populations.flatMap(({colour, neurons}) => Array.from(neurons.weights, (weight, j) => ({colour, neurons, weight, j})));
  for (const {colour, neurons, weight, j} of all.sort((p, q) => q.weight - p.weight)) {
    const size = Math.max(SMALLEST_DOT, LARGEST_DOT * radius * Math.sqrt(weight / largest));
    dot(context, placeOf(neurons, j), size, neurons.signs[j], colour, ink);
  }
}

function rim(context: Context, x: number, y: number, radius: number, ink: Ink): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = ink.scheme === 'dark' ? 'rgb(255 255 255 / 0.03)' : 'rgb(255 255 255 / 0.75)';
  context.fill();
  context.strokeStyle = ink.rule;
  context.lineWidth = 1.2;
  context.stroke();
}

/** All directions of a neuron with two inputs and a bias, cut into activation patterns by the training samples. */
export function drawCells(context: Context, width: number, height: number, data: DataSummary, populations: readonly Population[], ink: Ink): void {
  const radius = Math.min(width, height) / 2 - 4;
  const [cx, cy] = [width / 2, height / 2];
  const at = ([x, y]: Place): Place => [cx + radius * x, cy - radius * y];
  rim(context, cx, cy, radius, ink);
  const {x, y, isTest} = data.scatter;
  context.strokeStyle = ink.faint;
  context.lineWidth = 0.8;
  context.globalAlpha = lineAlpha(data.trainCount);
  for (let i = 0; i < x.length; i++) {
    if (isTest[i]) continue;
    context.beginPath();
    for (const place of greatCircle(x[i], y[i])) context.lineTo(...at(place));
    context.stroke();
  }
  context.globalAlpha = 1;
  dots(context, populations, radius, ({directions}, j) => at(onDisc(directions[3 * j], directions[3 * j + 1], directions[3 * j + 2])), ink);
}

/** The same for one input: directions are a circle, and each sample cuts it at two opposite points. */
export function drawSectors(context: Context, width: number, height: number, data: DataSummary, populations: readonly Population[], ink: Ink): void {
  const radius = Math.min(width, height) / 2 - 8;
  const [cx, cy] = [width / 2, height / 2];
  rim(context, cx, cy, radius, ink);
  const {x, isTest} = data.scatter;
  context.strokeStyle = ink.faint;
  context.lineWidth = 0.8;
  context.globalAlpha = lineAlpha(data.trainCount);
  for (let i = 0; i < x.length; i++) {
    if (isTest[i]) continue;
    // At right angles to (x, 1); the bias points up.
    const length = Math.hypot(x[i], 1);
    const [dx, dy] = [(radius * 1) / length, (radius * x[i]) / length];
    context.beginPath();
    context.moveTo(cx - dx, cy - dy);
    context.lineTo(cx + dx, cy + dy);
    context.stroke();
  }
  context.globalAlpha = 1;
  // Each contestant on a ring of its own.
  for (const [ring, population] of populations.entries()) {
    const distance = radius * (1 - 0.13 * (ring + 0.5));
    dots(context, [population], radius, ({directions}, j) => [cx + distance * directions[2 * j], cy - distance * directions[2 * j + 1]], ink);
  }
}

import type {BinaryWeights} from '../../core/protocol.ts';
import type {Ink} from '../palette.ts';
import {angleOf, type Attitude, type Block, binsOf, meanOf, seenFrom, weightCount} from './rows.ts';

type Context = CanvasRenderingContext2D;
export type Shade = (weight: number) => string;

/** What rows are drawn with: the colour of each weight, and the blocks in the order of the rows. */
export interface RowStyle {
  readonly ink: Ink;
  readonly shade: Shade;
}

/** The colour of each weight: by sign as the classes of a picture, by layer as one of many. */
export function shadeBy(kind: 'sign' | 'layer', weights: BinaryWeights, blocks: readonly Block[], ink: Ink): Shade {
  if (kind === 'sign') return (i) => (meanOf(weights, i) >= 0 ? ink.pair[1] : ink.pair[0]);
  return (i) => layerColour(ink, blocks.findIndex(({from, count}) => i >= from && i < from + count));
}

/** Line colours: the classes' pale ones are made for areas. */
export const layerColour = ({contestants}: Ink, layer: number): string => [contestants.green, contestants.pink, contestants.blue, contestants.yellow][layer % 4];

/** Few points are counted by looking, more by bars. */
export const isCounted = (count: number): boolean => count > 40;
/** Many points are seen by how dense they lie, few each by itself. */
const alphaFor = (count: number): number => (count <= 40 ? 0.95 : count <= 400 ? 0.7 : 0.35);
const radiusFor = (count: number, room: number): number => (count <= 40 ? 5 : count <= 400 ? 3.6 : 2.4) * Math.min(1, room / 110);

const FONT = '11px system-ui, sans-serif';

function label(context: Context, {ink}: RowStyle, text: string, x: number, y: number, align: CanvasTextAlign, colour = ink.faint): void {
  context.font = FONT;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.strokeStyle = ink.paper;
  context.lineJoin = 'round';
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

function dot(context: Context, x: number, y: number, radius: number, colour: string, paper: string): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  if (radius < 3) return;
  context.lineWidth = 0.8;
  context.strokeStyle = paper;
  context.stroke();
}

/** The anchor e1: the direction in which a row is sure to be +1. */
function anchor(context: Context, style: RowStyle, [x0, y0]: readonly [number, number], [x, y]: readonly [number, number], hidden: boolean): void {
  const {ink} = style;
  const angle = Math.atan2(y - y0, x - x0);
  const long = Math.hypot(x - x0, y - y0) > 8;
  context.globalAlpha = hidden ? 0.4 : 1;
  context.strokeStyle = ink.text;
  context.fillStyle = ink.text;
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x, y);
  context.stroke();
  context.beginPath();
  if (long) {
    context.moveTo(x, y);
    for (const side of [-0.42, 0.42]) context.lineTo(x - 9 * Math.cos(angle + side), y - 9 * Math.sin(angle + side));
  } else context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fill();
  label(context, style, 'e₁', x + (long ? -16 * Math.cos(angle) : 10), y - 11, 'center', ink.text);
  context.globalAlpha = 1;
}

/** Tints of the two half spaces, the colours of sign. */
const TINT = 0.09;

/** Rank 0: means on the line from -1 to 1, with how many lie in each stretch above it. */
function drawLine(context: Context, width: number, height: number, weights: BinaryWeights, style: RowStyle): void {
  const {ink, shade} = style;
  const count = weightCount(weights);
  const [left, right] = [34, width - 34];
  const floor = height - 46;
  const x = (mean: number): number => left + ((Math.min(Math.max(mean, -1), 1) + 1) / 2) * (right - left);
  for (const [from, to, colour] of [[-1, 0, ink.pair[0]], [0, 1, ink.pair[1]]] as const) {
    context.globalAlpha = TINT;
    context.fillStyle = colour;
    context.fillRect(x(from), 8, x(to) - x(from), floor - 8);
  }
  context.globalAlpha = 1;
  const means = Array.from({length: count}, (_, i) => meanOf(weights, i));
  const bins = binsOf(means, -1, 1, 40);
  const tallest = Math.max(...bins, 1);
  const step = (right - left) / bins.length;
  bins.forEach((many, bin) => {
    const tall = (many / tallest) * (floor - 34);
    context.fillStyle = bin < bins.length / 2 ? ink.pair[0] : ink.pair[1];
    context.globalAlpha = 0.75;
    if (many > 0) context.fillRect(left + bin * step + 0.5, floor - tall - 9, step - 1, tall);
  });
  context.globalAlpha = alphaFor(count);
  means.forEach((mean, i) => dot(context, x(mean), floor, radiusFor(count, 110), shade(i), ink.paper));
  context.globalAlpha = 1;
  context.strokeStyle = ink.faint;
  context.lineWidth = 1;
  context.strokeRect(x(-1), floor, x(1) - x(-1), 0.01);
  for (const [mean, text] of [[-1, '−1'], [0, '0'], [1, 'μ = 1']] as const) label(context, style, text, x(mean), floor + 17, 'center');
  label(context, style, 'w = −1', x(-0.5), 18, 'center', ink.pair[0]);
  label(context, style, 'w = +1', x(0.5), 18, 'center', ink.pair[1]);
  label(context, style, `tallest bar: ${tallest} of ${count} weights`, (left + right) / 2, height - 10, 'center');
}

/** Rank 1 on the circle; more than 2 as mu against |Z|, which is its upper half. Bars outside count the weights there. */
function drawCircle(context: Context, width: number, height: number, weights: BinaryWeights, style: RowStyle): void {
  const {ink, shade} = style;
  const half = weights.rank !== 1;
  const count = weightCount(weights);
  const counted = isCounted(count);
  const bar = counted ? 0.3 : 0.06;
  const radius = Math.max(10, half ? Math.min((width - 70) / (2 + 2 * bar), (height - 52) / (1 + bar)) : Math.min(width - 90, height - 26) / (2 + 2 * bar));
  const [cx, cy] = [width / 2, half ? Math.min(height - 30, (height + radius * (1 + bar)) / 2) : height / 2];
  const at = (angle: number, r: number): readonly [number, number] => [cx + r * Math.cos(angle), cy - r * Math.sin(angle)];
  halves(context, style, cx, cy, radius, half);
  const angles = Array.from({length: count}, (_, i) => angleOf(weights, i));
  const bins = binsOf(angles, half ? 0 : -Math.PI, Math.PI, half ? 36 : 72);
  const tallest = Math.max(...bins, 1);
  const start = half ? 0 : -Math.PI;
  const step = Math.PI / 36;
  bins.forEach((many, bin) => {
    if (many === 0 || !counted) return;
    const [from, to] = [start + (bin + 0.08) * step, start + (bin + 0.92) * step];
    const outer = radius + 8 + (many / tallest) * bar * radius;
    context.beginPath();
    context.arc(cx, cy, radius + 8, -from, -to, true);
    context.arc(cx, cy, outer, -to, -from);
    context.closePath();
    context.globalAlpha = 0.45;
    context.fillStyle = Math.cos((from + to) / 2) >= 0 ? ink.pair[1] : ink.pair[0];
    context.fill();
  });
  context.globalAlpha = 1;
  anchor(context, style, [cx, cy], at(0, radius - 6), false);
  context.globalAlpha = alphaFor(count);
  angles.forEach((angle, i) => dot(context, ...at(angle, radius), radiusFor(count, radius), shade(i), ink.paper));
  context.globalAlpha = 1;
  label(context, style, 'w = −1', cx - radius * 0.5, half ? cy + 16 : cy + radius * 0.4, 'center', ink.pair[0]);
  label(context, style, 'w = +1', cx + radius * 0.5, half ? cy + 16 : cy + radius * 0.4, 'center', ink.pair[1]);
  if (half) label(context, style, '|Z| ↑  μ →', cx, cy + 16, 'center');
}

/** The disc (or its upper half) in the colours of the two signs, its rim and the border between. */
function halves(context: Context, {ink}: RowStyle, cx: number, cy: number, radius: number, half: boolean): void {
  const bottom = half ? 0 : Math.PI / 2;
  for (const [from, to, colour] of [[-Math.PI / 2, bottom, ink.pair[1]], [half ? Math.PI : Math.PI / 2, (3 * Math.PI) / 2, ink.pair[0]]] as const) {
    context.beginPath();
    context.moveTo(cx, cy);
    context.arc(cx, cy, radius, from, to);
    context.closePath();
    context.globalAlpha = TINT;
    context.fillStyle = colour;
    context.fill();
  }
  context.globalAlpha = 1;
  context.strokeStyle = ink.rule;
  context.lineWidth = 1.2;
  context.beginPath();
  context.arc(cx, cy, radius, half ? Math.PI : 0, 2 * Math.PI);
  if (half) context.closePath();
  context.moveTo(cx, cy - radius);
  context.lineTo(cx, half ? cy : cy + radius);
  context.stroke();
}

/** Rank 2 on the sphere: what lies behind is paler and beneath, the border between the signs is the great circle mu = 0. */
function drawSphere(context: Context, width: number, height: number, weights: BinaryWeights, attitude: Attitude, style: RowStyle): void {
  const {ink, shade} = style;
  const count = weightCount(weights);
  const radius = Math.max(10, Math.min(width - 60, height - 24) / 2);
  const [cx, cy] = [width / 2, height / 2];
  const {rows} = weights;
  const places = Array.from({length: count}, (_, i) => ({i, seen: seenFrom(attitude, rows[3 * i], rows[3 * i + 1], rows[3 * i + 2])}));
  const tip = seenFrom(attitude, 1, 0, 0);
  globe(context, style, cx, cy, radius, attitude.turn);
  const put = (front: boolean): void => {
    for (const {i, seen: [x, y, depth]} of places) {
      if (depth >= 0 !== front) continue;
      context.globalAlpha = alphaFor(count) * (front ? 1 : 0.3);
      dot(context, cx + radius * x, cy - radius * y, radiusFor(count, radius) * (1 + 0.25 * depth), shade(i), ink.paper);
    }
    context.globalAlpha = 1;
  };
  places.sort((a, b) => a.seen[2] - b.seen[2]);
  put(false);
  if (tip[2] < 0) anchor(context, style, [cx, cy], [cx + radius * tip[0], cy], true);
  put(true);
  if (tip[2] >= 0) anchor(context, style, [cx, cy], [cx + radius * tip[0], cy], false);
  const foot = Math.min(height - 12, cy + radius + 2);
  const inset = Math.max(4, cx - radius - 30);
  label(context, style, 'w = −1', inset, foot, 'left', ink.pair[0]);
  label(context, style, 'w = +1', width - inset, foot, 'right', ink.pair[1]);
}

/** The sphere's outline, its two halves as far as they are seen, and the great circle between them. */
function globe(context: Context, {ink}: RowStyle, cx: number, cy: number, radius: number, turn: number): void {
  const tilt = Math.sin(turn);
  // Seen from the front, the border bulges away from the half that is turned to the reader.
  const border = (from: number, to: number): void => context.ellipse(cx, cy, radius * Math.abs(tilt), radius, 0, from, to, tilt >= 0);
  for (const [right, colour] of [[true, ink.pair[1]], [false, ink.pair[0]]] as const) {
    context.beginPath();
    context.arc(cx, cy, radius, -Math.PI / 2, Math.PI / 2, !right);
    // Back from the bottom to the top along the visible half of the border.
    if (tilt >= 0) context.ellipse(cx, cy, radius * tilt, radius, 0, Math.PI / 2, (3 * Math.PI) / 2);
    else context.ellipse(cx, cy, -radius * tilt, radius, 0, Math.PI / 2, -Math.PI / 2, true);
    context.closePath();
    context.globalAlpha = TINT;
    context.fillStyle = colour;
    context.fill();
  }
  context.globalAlpha = 1;
  context.strokeStyle = ink.rule;
  context.lineWidth = 1.2;
  context.beginPath();
  context.arc(cx, cy, radius, 0, 2 * Math.PI);
  context.stroke();
  context.strokeStyle = ink.faint;
  context.lineWidth = 1;
  context.beginPath();
  border(-Math.PI / 2, Math.PI / 2);
  context.stroke();
  context.setLineDash([3, 4]);
  context.globalAlpha = 0.6;
  context.beginPath();
  context.ellipse(cx, cy, radius * Math.abs(tilt), radius, 0, -Math.PI / 2, Math.PI / 2, tilt < 0);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Rows in the picture that their rank allows. */
export function drawRows(context: Context, width: number, height: number, weights: BinaryWeights, attitude: Attitude, style: RowStyle): void {
  if (weights.rank === 0) drawLine(context, width, height, weights, style);
  else if (weights.rank === 2) drawSphere(context, width, height, weights, attitude, style);
  else drawCircle(context, width, height, weights, style);
}

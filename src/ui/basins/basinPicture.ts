import {type Basins, OTHER_FATES} from '../../core/basins.ts';
import {colourAt, type Ink, parseColour, type Rgb} from '../palette.ts';

/** Where the number of a minimum's basin is written: the start furthest inside of it. */
export interface BasinLabel {
  readonly minimum: number;
  /** Grid coordinates, 0..side-1, row 0 below. */
  readonly column: number;
  readonly row: number;
}

/** A basin needs this many starts on every side of its number. */
const ROOM = 2;

/**
 * Each basin's number stands where it has the most room: the start with the greatest distance (in steps to a neighbour, diagonals too)
 * from any start with another fate.
 */
export function basinLabels({side, reached, minima}: Pick<Basins, 'side' | 'reached' | 'minima'>): readonly BasinLabel[] {
  const inside = distances(side, reached);
  return minima.flatMap((_, minimum): readonly BasinLabel[] => {
    let best = -1;
    for (let i = 0; i < reached.length; i++) if (reached[i] === minimum && (best < 0 || inside[i] > inside[best])) best = i;
    return best >= 0 && inside[best] > ROOM ? [{minimum, column: best % side, row: Math.floor(best / side)}] : [];
  });
}

/** Steps to the nearest start with another fate, or to the rim. Two sweeps suffice for this metric. */
function distances(side: number, reached: ArrayLike<number>): Int16Array {
  const out = new Int16Array(side * side).fill(side);
  const look = (i: number, di: number, dj: number): void => {
    const [row, column] = [Math.floor(i / side) + di, (i % side) + dj];
    const outside = row < 0 || column < 0 || row >= side || column >= side;
    const j = row * side + column;
    out[i] = Math.min(out[i], outside || reached[j] !== reached[i] ? 1 : out[j] + 1);
  };
  for (let i = 0; i < out.length; i++) for (const [di, dj] of [[-1, -1], [-1, 0], [-1, 1], [0, -1]]) look(i, di, dj);
  for (let i = out.length - 1; i >= 0; i--) for (const [di, dj] of [[1, 1], [1, 0], [1, -1], [0, 1]]) look(i, di, dj);
  return out;
}

/** Share of a basin's colour that is left where arriving took longest. */
const FADED = 0.35;

/** Colour of a minimum's basin. */
export const basinColour = (ink: Ink, minimum: number): string => ink.classes[minimum % ink.classes.length];

/** Colours of the starts, one pixel each, row 0 at the bottom. Slow ones are paler; those that diverged are hatched over. */
export function basinPixels({side, reached, arrived}: Basins, ink: Ink): Uint8ClampedArray<ArrayBuffer> {
  const paper = parseColour(ink.paper);
  const longest = Math.log1p(arrived.reduce((most, one) => Math.max(most, one), 1));
  const pixels = new Uint8ClampedArray(4 * side * side);
  for (let i = 0; i < reached.length; i++) {
    const at = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side));
    if (reached[i] === OTHER_FATES.undefined) continue;
    pixels.set([...colourOf(i), 255], at);
  }
  return pixels;

  function colourOf(i: number): Rgb {
    if (reached[i] === OTHER_FATES.diverged) return parseColour(ink.faint);
    if (reached[i] === OTHER_FATES.underWay) return parseColour(ink.rule);
    const own = reached[i] === OTHER_FATES.further ? ink.text : basinColour(ink, reached[i]);
    const slow = Math.log1p(Math.max(0, arrived[i])) / longest;
    return colourAt([parseColour(own), paper], slow * (1 - FADED));
  }
}

/** The picture, with hatching over starts that diverged. */
export function drawBasins(context: CanvasRenderingContext2D, width: number, height: number, basins: Basins, ink: Ink): void {
  const {side, reached} = basins;
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  canvas.getContext('2d')?.putImageData(new ImageData(basinPixels(basins, ink), side, side), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, width, height);
  const [w, h] = [width / side, height / side];
  context.save();
  context.beginPath();
  for (let i = 0; i < reached.length; i++) {
    if (reached[i] === OTHER_FATES.diverged) context.rect((i % side) * w, (side - 1 - Math.floor(i / side)) * h, w + 0.5, h + 0.5);
  }
  context.clip();
  context.beginPath();
  for (let x = -height; x < width; x += 8) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.strokeStyle = ink.paper;
  context.lineWidth = 1.2;
  context.stroke();
  context.restore();
}

/** How many starts met which fate. */
export const fateCount = ({reached}: Pick<Basins, 'reached'>, fate: number): number => reached.reduce((sum, one) => sum + (one === fate ? 1 : 0), 0);

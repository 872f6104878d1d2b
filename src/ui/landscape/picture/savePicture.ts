import {fileNameOf, saveFile} from '../../download.ts';
import {number} from '../../format.ts';
import {colourAt, cssColour, dashOf} from '../../palette.ts';
import {pictureOf} from '../drawSurface.ts';
import {opacityOf, type Piece, piecesOf} from '../fading.ts';
import {fitted} from '../frame.ts';
import type {Capture} from '../relief/useDrawing.ts';
import type {PictureKind} from '../ScaleBar.tsx';
import type {Shown} from '../shown.ts';
import {starPath} from '../star.ts';
import {type Line, valueAtShade} from '../surface.ts';
import {layoutOf, type PictureParts, pictureText} from './pictureText.ts';

export interface PictureSource extends Shown {
  readonly title: string;
  /** The three-dimensional view, where it is on show. */
  readonly capture: Capture | null;
}

/** Of the plot; one with equal units is the largest that fits into the second. */
const PLOT = {width: 720, height: 520};
const ROOM = {width: 720, height: 640};
/** Pixels of the PNG for each of the drawing. */
const SHARPNESS = 2;

/** Saves the landscape as it is on show, with title, axes, colour scale and legend. */
export async function savePicture(kind: PictureKind, source: PictureSource): Promise<void> {
  const parts = partsOf(source);
  const drawing = new Blob([pictureText(parts)], {type: 'image/svg+xml'});
  saveFile(fileNameOf(`${source.title} landscape`, 'landscape', kind), kind === 'svg' ? drawing : await rasterOf(drawing, layoutOf(parts).total));
}

function partsOf(source: PictureSource): PictureParts {
  const {title, surface, floor, walkers, ink} = source;
  const view = source.capture?.(PLOT.width, PLOT.height, SHARPNESS) ?? null;
  const legend = walkers.map(({name, colour, index}) => ({name, colour: ink.contestants[colour], dash: dashOf(index)}));
  const clipped = surface.peak > surface.high;
  const remarks = [
    `landscape of J; ${surface.log ? 'logarithmic' : 'linear'} scale${clipped ? `, clipped at ${number(surface.high, 3)} (highest ${number(surface.peak, 3)})` : ''}`,
    ...(floor ? [`${view ? 'floor: ' : ''}${floor.label}`] : []),
  ];
  const base = {
    title,
    remarks,
    ...(view ? PLOT : sizeOf(source)),
    colours: {paper: ink.paper, text: ink.text, faint: ink.faint, rule: ink.rule},
    legend,
    scale: {
      stops: Array.from({length: 13}, (_, i) => cssColour(colourAt(ink.landscape, i / 12))),
      ticks: [0, 0.5, 1].map((at) => ({at, text: `${at === 1 && clipped ? '≥ ' : ''}${number(valueAtShade(surface, at), 3)}`})),
    },
  };
  const none = {levels: {paths: [], stroke: 'none', opacity: 0}, trails: [], marks: [], stars: []};
  if (view) return {...base, ...none, isMap: false, image: view.image, labels: view.axes.labels, strokes: view.axes.strokes};
  return {...base, ...mapParts(source)};
}

const sizeOf = ({aspect}: PictureSource): {readonly width: number; readonly height: number} => (aspect === null ? PLOT : fitted(aspect, ROOM));

type MapParts = Pick<PictureParts, 'isMap' | 'image' | 'levels' | 'trails' | 'marks' | 'stars' | 'labels' | 'strokes'>;

function mapParts(source: PictureSource): MapParts {
  const {landscape, surface, walkers, minima, fade, ink} = source;
  const {width, height} = sizeOf(source);
  const {heat, levels} = pictureOf(surface, ink);
  const {aRange, bRange, aLabel, bLabel} = landscape;
  const cell = [width / (surface.side - 1), height / (surface.side - 1)];
  const inPlot = (a: number, b: number): readonly [number, number] => [
    ((a - aRange[0]) / (aRange[1] - aRange[0])) * width,
    (1 - (b - bRange[0]) / (bRange[1] - bRange[0])) * height,
  ];
  const drawn = landscape.paths.flatMap((path) => {
    const walker = walkers.find((one) => one.runId === path.runId);
    if (!walker || path.a.length === 0) return [];
    const colour = ink.contestants[walker.colour];
    const points = Array.from(path.a, (a, i) => inPlot(a, path.b[i]));
    const [start, end] = [points[0], points[points.length - 1]];
    const seen = (point: number): number => (fade ? opacityOf(path.off[point]) : 1);
    const marks = [
      {x: start[0], y: start[1], r: 3.5, fill: ink.paper, stroke: colour, opacity: seen(0)},
      {x: end[0], y: end[1], r: 5.5, fill: colour, stroke: ink.paper, opacity: seen(points.length - 1)},
    ];
    const pieces: readonly Piece[] = fade ? piecesOf(path.off) : [{from: 0, to: points.length - 1, opacity: 1}];
    const trails = pieces.map(({from, to, opacity}) => ({path: pathData(points.slice(from, to + 1)), colour, dash: dashOf(walker.index), opacity}));
    return [{trails, marks}];
  });
  const stars = minima.map(([a, b]) => {
    const [x, y] = inPlot(a, b);
    return {path: starPath(x, y), fill: ink.text, stroke: ink.paper};
  });
  return {
    isMap: true,
    image: heat.toDataURL('image/png'),
    levels: {
      paths: levels.map((lines) => lines.map((line) => pathData(line.map(([x, y]) => [x * cell[0], height - y * cell[1]]))).join('')).filter((d) => d !== ''),
      stroke: ink.scheme === 'dark' ? '#ffffff' : '#142832',
      opacity: ink.scheme === 'dark' ? 0.16 : 0.2,
    },
    trails: drawn.flatMap(({trails}) => trails),
    marks: drawn.flatMap(({marks}) => marks),
    stars,
    labels: [
      {x: 0, y: height + 16, text: number(aRange[0], 3), anchor: 'start', kind: 'tick'},
      {x: width / 2, y: height + 18, text: aLabel, anchor: 'middle', kind: 'name'},
      {x: width, y: height + 16, text: number(aRange[1], 3), anchor: 'end', kind: 'tick'},
      {x: -6, y: height, text: number(bRange[0], 3), anchor: 'end', kind: 'tick'},
      {x: -24, y: height / 2, text: bLabel, anchor: 'middle', kind: 'name', upright: true},
      {x: -6, y: 10, text: number(bRange[1], 3), anchor: 'end', kind: 'tick'},
    ],
    strokes: [],
  };
}

const pathData = (line: Line): string => line.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** The drawing as a PNG, `SHARPNESS` pixels for one. */
async function rasterOf(drawing: Blob, {width, height}: {readonly width: number; readonly height: number}): Promise<Blob> {
  const url = URL.createObjectURL(drawing);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * SHARPNESS;
    canvas.height = height * SHARPNESS;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('this browser made no image of it; save an SVG instead');
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

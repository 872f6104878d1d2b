/** A landscape as an SVG document: a pure text, with every word of the reader's escaped. */
export interface PictureParts {
  readonly title: string;
  /** Lines below the title. */
  readonly remarks: readonly string[];
  /** Of the plot, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly colours: {readonly paper: string; readonly text: string; readonly faint: string; readonly rule: string};
  /** A data URL: the heat map, or the surface as it is seen. */
  readonly image: string;
  /** Whether the image is a plane in its frame, with holes hatched. */
  readonly isMap: boolean;
  /** Path data in pixels of the plot. */
  readonly levels: {readonly paths: readonly string[]; readonly stroke: string; readonly opacity: number};
  readonly trails: readonly Trail[];
  readonly marks: readonly {readonly x: number; readonly y: number; readonly r: number; readonly fill: string; readonly stroke: string; readonly opacity: number}[];
  /** Path data of stars. */
  readonly stars: readonly {readonly path: string; readonly fill: string; readonly stroke: string}[];
  readonly labels: readonly {readonly x: number; readonly y: number; readonly text: string; readonly anchor: 'start' | 'middle' | 'end'; readonly kind: 'tick' | 'name'; readonly upright?: boolean}[];
  readonly strokes: readonly (readonly [number, number, number, number])[];
  readonly legend: readonly {readonly name: string; readonly colour: string; readonly dash: string}[];
  readonly scale: {readonly stops: readonly string[]; readonly ticks: readonly {readonly at: number; readonly text: string}[]};
}

export interface Trail {
  readonly path: string;
  readonly colour: string;
  readonly dash: string;
  readonly opacity: number;
}

/** Characters that XML gives a meaning, and those that it does not allow. */
export const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids just these
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** `<name key="value" ...>inside</name>`; inside is markup. */
function tag(name: string, attributes: Readonly<Record<string, string | number>>, inside = ''): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(typeof value === 'number' ? Number(value.toFixed(2)) : value))}"`);
  return `<${name}${given.join('')}${inside === '' ? '/>' : `>${inside}</${name}>`}`;
}

const MARGIN = {left: 64, right: 28, top: 24};
const LINE = 18;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Words and the scale find room beside a narrow plot. */
const LEAST_WIDTH = 400;
const roomOf = ({width}: Pick<PictureParts, 'width'>): number => Math.max(width, LEAST_WIDTH);

/** Where things stand: the plot's corner and the rows above and below it. */
export function layoutOf({width, height, remarks, legend}: Pick<PictureParts, 'width' | 'height' | 'remarks' | 'legend'>) {
  const top = MARGIN.top + 20 + LINE * remarks.length + 10;
  const scaleY = top + height + 52;
  const room = roomOf({width});
  const perRow = Math.max(1, Math.floor(room / LEGEND_WIDTH));
  const legendY = scaleY + 44;
  const rows = Math.ceil(legend.length / perRow);
  return {left: MARGIN.left, top, scaleY, perRow, legendY, total: {width: MARGIN.left + room + MARGIN.right, height: legendY + rows * LINE + 8}};
}

const LEGEND_WIDTH = 190;

export function pictureText(parts: PictureParts): string {
  const {title, remarks, colours} = parts;
  const {left, top, scaleY, legendY, perRow, total} = layoutOf(parts);
  const words = (x: number, y: number, text: string, extra: Readonly<Record<string, string | number>> = {}): string => tag('text', {x, y, ...extra}, escaped(text) || ' ');
  const body = [
    tag('title', {}, escaped(title || 'Landscape')),
    tag('rect', {width: total.width, height: total.height, fill: colours.paper}),
    words(left, MARGIN.top + 10, title || 'Landscape', {'font-size': 18, 'font-weight': 600}),
    ...remarks.map((remark, i) => words(left, MARGIN.top + 12 + LINE * (i + 1), remark, {fill: colours.faint})),
    tag('g', {transform: `translate(${left} ${top})`}, plotOf(parts)),
    tag('g', {transform: `translate(${left} ${scaleY})`}, scaleOf(parts)),
    ...parts.legend.map(({name, colour, dash}, i) => {
      const [x, y] = [left + (i % perRow) * LEGEND_WIDTH, legendY + Math.floor(i / perRow) * LINE];
      return tag('line', {x1: x, x2: x + 26, y1: y - 4, y2: y - 4, stroke: colour, 'stroke-width': 2.4, ...(dash && {'stroke-dasharray': dash})}) + words(x + 33, y, name);
    }),
  ];
  const root = {xmlns: 'http://www.w3.org/2000/svg', width: total.width, height: total.height, viewBox: `0 0 ${total.width} ${total.height}`, 'font-family': FONT, 'font-size': 12, fill: colours.text};
  return `${tag('svg', root, `${body.join('\n')}\n`)}\n`;
}

function plotOf({width, height, colours, image, isMap, levels, trails, marks, stars, labels, strokes}: PictureParts): string {
  const clip = tag('clipPath', {id: 'plot'}, tag('rect', {width, height}));
  const hatch = tag('pattern', {id: 'hole', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)'}, tag('line', {y2: 7, stroke: colours.faint, 'stroke-opacity': 0.6}));
  const trail = ({path, colour, dash, opacity}: Trail): string =>
    tag('path', {d: path, stroke: colours.paper, 'stroke-width': 5, 'stroke-opacity': 0.75 * opacity}) +
    tag('path', {d: path, stroke: colour, 'stroke-width': 2.4, 'stroke-opacity': opacity, ...(dash && {'stroke-dasharray': dash})});
  const inside = [
    isMap ? tag('rect', {width, height, fill: 'url(#hole)'}) : '',
    tag('image', {href: image, width, height, preserveAspectRatio: 'none'}),
    tag('g', {fill: 'none', stroke: levels.stroke, 'stroke-opacity': levels.opacity, 'stroke-width': 0.8}, levels.paths.map((d) => tag('path', {d})).join('')),
    tag('g', {fill: 'none', 'stroke-linejoin': 'round'}, trails.map(trail).join('')),
    ...marks.map(({x, y, r, fill, stroke, opacity}) => tag('circle', {cx: x, cy: y, r, fill, stroke, 'stroke-width': 1.8, opacity})),
    ...stars.map(({path, fill, stroke}) => tag('path', {d: path, fill, stroke, 'stroke-width': 1.4, 'stroke-linejoin': 'round'})),
  ];
  const halo = {stroke: colours.paper, 'stroke-width': 3, 'stroke-opacity': 0.8, 'paint-order': 'stroke'};
  const around = [
    isMap ? tag('rect', {width, height, fill: 'none', stroke: colours.rule}) : '',
    ...strokes.map(([x1, y1, x2, y2]) => tag('line', {x1, y1, x2, y2, stroke: colours.faint})),
    ...labels.map(({x, y, text, anchor, kind, upright}) =>
      tag('text', {x, y, 'text-anchor': anchor, fill: kind === 'tick' ? colours.faint : colours.text, ...(upright && {transform: `rotate(-90 ${x.toFixed(2)} ${y.toFixed(2)})`}), ...(isMap ? {} : halo)}, escaped(text) || ' '),
    ),
  ];
  return [tag('defs', {}, clip + hatch), tag('g', {'clip-path': 'url(#plot)'}, inside.join('\n')), ...around].join('\n');
}

function scaleOf({width, colours, scale: {stops, ticks}}: PictureParts): string {
  const bar = 0.6 * roomOf({width});
  const gradient = stops.map((colour, i) => tag('stop', {offset: `${((100 * i) / (stops.length - 1)).toFixed(2)}%`, 'stop-color': colour})).join('');
  const words = ticks.map(({at, text}) => tag('text', {x: 20 + at * bar, y: 24, 'text-anchor': 'middle', fill: colours.faint}, escaped(text)));
  return [
    tag('defs', {}, tag('linearGradient', {id: 'scale'}, gradient)),
    tag('text', {x: 0, y: 9}, 'J'),
    tag('rect', {x: 20, width: bar, height: 10, rx: 2, fill: 'url(#scale)', stroke: colours.rule}),
    ...words,
  ].join('');
}

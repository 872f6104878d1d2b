import type {SurfaceLayout} from '../../core/data.ts';
import type {Ink} from '../palette.ts';

interface Props {
  readonly minima: SurfaceLayout['minima'];
  readonly project: (place: {readonly a: number; readonly b: number}) => readonly [number, number];
  readonly ink: Ink;
}

/** Known minima of a surface: a star of paper and ink each, so that it is seen on any shade and under no path's colour. */
export function MinimaMarks({minima, project, ink}: Props) {
  return minima.map(([a, b]) => {
    const [x, y] = project({a, b});
    return <path key={`${a} ${b}`} data-testid="minimum" d={star(x, y)} fill={ink.text} stroke={ink.paper} strokeWidth={1.4} strokeLinejoin="round" />;
  });
}

const POINTS = 5;
const [OUTER, INNER] = [7, 3];

function star(x: number, y: number): string {
  const corners = Array.from({length: 2 * POINTS}, (_, i) => {
    const [radius, angle] = [i % 2 === 0 ? OUTER : INNER, (Math.PI * i) / POINTS - Math.PI / 2];
    return `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${corners.join('L')}Z`;
}

import type {SurfaceLayout} from '../../core/data.ts';
import type {Ink} from '../palette.ts';
import {starPath} from './star.ts';

interface Props {
  readonly minima: SurfaceLayout['minima'];
  readonly project: (place: {readonly a: number; readonly b: number}) => readonly [number, number];
  readonly ink: Ink;
}

/** Known minima of a surface: a star of paper and ink each, so that it is seen on any shade and under no path's colour. */
export function MinimaMarks({minima, project, ink}: Props) {
  return minima.map(([a, b]) => {
    const [x, y] = project({a, b});
    return <path key={`${a} ${b}`} data-testid="minimum" d={starPath(x, y)} fill={ink.text} stroke={ink.paper} strokeWidth={1.4} strokeLinejoin="round" />;
  });
}

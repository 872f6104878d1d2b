import type {ProjectedPath} from '../../core/protocol.ts';
import {useBasin} from '../../state/basin.ts';
import {dashOf, type Ink} from '../palette.ts';
import type {Walker} from './LandscapePicture.tsx';
import {opacityOf, type Piece, piecesOf} from './fading.ts';

interface Props {
  readonly paths: readonly ProjectedPath[];
  readonly walkers: readonly Walker[];
  readonly project: (place: {readonly a: number; readonly b: number}) => readonly [number, number];
  readonly ink: Ink;
}

/**
 * Each path has a halo of paper, so that it is seen on any shade; a ring at the start, a disc at the end. Where the reader asks for it,
 * points far off the plane are faint.
 */
export function PathLines({paths, walkers, project, ink}: Props) {
  const fade = useBasin((state) => state.experiment.view.fade);
  return paths.map((path) => {
    const walker = walkers.find((one) => one.runId === path.runId);
    if (!walker || path.a.length === 0) return null;
    const points = Array.from(path.a, (a, i) => project({a, b: path.b[i]}));
    const last = points.length - 1;
    const pieces: readonly Piece[] = fade ? piecesOf(path.off) : [{from: 0, to: last, opacity: 1}];
    const line = ({from, to}: Piece): string => points.slice(from, to + 1).map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
    const colour = ink.contestants[walker.colour];
    const seen = (index: number): number => (fade ? opacityOf(path.off[index]) : 1);
    return (
      <g key={path.runId} fill="none" strokeLinejoin="round">
        {pieces.map((piece) => (
          <path key={piece.from} d={line(piece)} stroke={ink.paper} strokeWidth={5} strokeOpacity={0.75 * piece.opacity} />
        ))}
        {pieces.map((piece) => (
          <path key={piece.from} d={line(piece)} stroke={colour} strokeWidth={2.4} strokeOpacity={piece.opacity} strokeDasharray={dashOf(walker.index)} />
        ))}
        <circle cx={points[0][0]} cy={points[0][1]} r={3.5} fill={ink.paper} stroke={colour} strokeWidth={1.8} opacity={seen(0)} />
        <circle cx={points[last][0]} cy={points[last][1]} r={5.5} fill={colour} stroke={ink.paper} strokeWidth={1.8} opacity={seen(last)} />
      </g>
    );
  });
}

import {memo, useCallback} from 'react';
import type {Boundary, DataSummary} from '../../core/protocol.ts';
import type {Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {drawBoundary, type Part} from './draw.ts';

interface Props {
  readonly boundary: Boundary;
  readonly data: DataSummary;
  readonly part: Part;
  readonly ink: Ink;
  readonly stroke: string;
  readonly dash: string;
  readonly label: string;
  readonly testId?: string;
}

/** How one network sees the data, redrawn only when one of its props changes. */
export const BoundaryPicture = memo(function BoundaryPicture({boundary, data, part, ink, stroke, dash, label, testId}: Props) {
  const draw: Draw = useCallback(
    (context, width, height) => drawBoundary(context, width, height, boundary, data, {ink, stroke, dash, part}),
    [boundary, data, part, ink, stroke, dash],
  );
  return <Picture draw={draw} label={label} {...(testId ? {testId} : {})} />;
});

import {Skeleton} from '@mantine/core';
import {useCallback} from 'react';
import type {DataSummary} from '../../core/protocol.ts';
import {useBasin} from '../../state/basin.ts';
import {drawScatter, frameOf} from '../boundaries/scatter.ts';
import {count, percent} from '../format.ts';
import {useInk} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {ScrollRegion} from '../widgets/ScrollRegion.tsx';
import {SurfaceFormula} from './SurfaceFormula.tsx';

function inputWords({task, featureNames}: DataSummary): string {
  if (task === 'sequence') return 'tokens each';
  return featureNames.length === 1 ? 'input' : 'inputs';
}

/** The points, and what was done to them. */
export function DataPreview() {
  const data = useBasin((state) => state.data);
  const ink = useInk();
  const draw: Draw = useCallback(
    (context, width, height) => {
      if (data) drawScatter(context, frameOf(data.scatter, width, height), data, ink);
    },
    [data, ink],
  );
  if (!data) {
    return (
      <div className="preview">
        <Skeleton height="7.25rem" animate={false} />
        <p className="faint">The data are on their way …</p>
      </div>
    );
  }
  if (data.surface) return <SurfaceFormula surface={data.surface} />;
  const {scatter} = data;
  const axes =
    scatter.kind === 'components'
      ? `principal components, ${percent(scatter.variance)} of the variance`
      : `${scatter.xLabel}, ${scatter.yLabel}`;
  return (
    <figure className="preview">
      {data.examples.length > 0 ? (
        <ScrollRegion label="Training samples">
          <ul className="preview-examples">
            {data.examples.map((example, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an example is its place
              <li key={i}>{example}</li>
            ))}
          </ul>
        </ScrollRegion>
      ) : (
        <div className="preview-picture">
          <Picture draw={draw} label={`${data.trainCount} training and ${data.testCount} test points: ${axes}`} />
        </div>
      )}
      <figcaption>
        <span>
          ● {count(data.trainCount)} train ○ {count(data.testCount)} test · {count(data.featureNames.length)}{' '}
          {inputWords(data)}
          {data.classNames.length > 0 && ` · ${data.classNames.length} classes`}
        </span>
        {scatter.kind === 'components' && data.examples.length === 0 && <span>{axes}</span>}
        {data.notes.map((note) => (
          <span key={note}>{note}</span>
        ))}
      </figcaption>
    </figure>
  );
}

import type {SurfaceLayout} from '../../core/data.ts';
import {number} from '../format.ts';
import {ScrollRegion} from '../widgets/ScrollRegion.tsx';
import {expressionWords} from './expressionWords.ts';

/** What stands in the place of a picture of samples: the function, and where it is smallest. */
export function SurfaceFormula({surface: {expression, xRange, yRange, minima}}: {readonly surface: SurfaceLayout}) {
  const range = ([low, high]: readonly [number, number]): string => `${number(low)} to ${number(high)}`;
  return (
    <figure className="preview">
      <ScrollRegion label="The function">
        <p className="surface-formula" data-testid="surface-formula">
          <i>f</i>(<i>x</i>, <i>y</i>) = {expressionWords(expression)}
        </p>
      </ScrollRegion>
      <figcaption>
        <span>{minima.length > 0 ? minimaWords(minima) : 'minima not known beforehand'}</span>
        <span>
          drawn for x from {range(xRange)}, y from {range(yRange)}
        </span>
      </figcaption>
    </figure>
  );
}

const minimaWords = (minima: SurfaceLayout['minima']): string =>
  `★ ${minima.length === 1 ? 'minimum' : `${minima.length} minima`} at ${minima.map(([x, y]) => `(${number(x, 3)}, ${number(y, 3)})`).join(', ')}`;

import type {Neurons} from '../../core/protocol.ts';
import {count, measured} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Plot} from '../plots/Plot.tsx';
import {spanScale} from '../plots/scales.ts';
import {scaleOf} from '../race/series.ts';

interface Props {
  readonly neurons: Neurons;
  readonly name: string;
  readonly colour: string;
  readonly ink: Ink;
}

/** How many active neurons push the output up and down. */
export function neuronWords({weights, signs, units}: Neurons): string {
  const up = signs.reduce((sum, sign) => sum + (sign > 0 ? 1 : 0), 0);
  const down = signs.reduce((sum, sign) => sum + (sign < 0 ? 1 : 0), 0);
  const largest = weights.length > 0 ? `; the largest weight is ${measured(weights[0])}` : '';
  return `${count(weights.length)} of ${count(units)} neurons are active, ${up} with positive and ${down} with negative output weight${largest}`;
}

/** Each neuron's weight, largest first: upwards where its output weight is positive, downwards and hollow where negative. */
export function NormBars({neurons, name, colour, ink}: Props) {
  const {weights, signs} = neurons;
  const up = weights.reduce((most, weight, j) => (signs[j] >= 0 ? Math.max(most, weight) : most), 0);
  const down = weights.reduce((most, weight, j) => (signs[j] < 0 ? Math.max(most, weight) : most), 0);
  const top = up || down || 1;
  return (
    <Plot
      xScale={spanScale(0, Math.max(weights.length, 6), false, 5)}
      yScale={scaleOf(-1.08 * down, 1.08 * top, false, 4)}
      ink={ink}
      label={`${name}: ${neuronWords(neurons)}`}
      yTick={(value) => measured(Math.abs(value), 2)}
      testId="norm-bars"
    >
      {({x, y}) =>
        Array.from(weights, (weight, j) => {
          const negative = signs[j] < 0;
          const [from, to] = [x(j), x(j + 1)];
          const gap = to - from > 4 ? 1.5 : 0;
          const [high, low] = negative ? [y(0), y(-weight)] : [y(weight), y(0)];
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: bars are sorted, a bar is its rank
              key={j}
              x={from + gap / 2}
              y={high}
              width={Math.max(0.5, to - from - gap)}
              height={Math.max(0.5, low - high)}
              fill={negative ? ink.paper : colour}
              stroke={colour}
              strokeWidth={to - from > 4 ? 1 : 0.5}
            />
          );
        })
      }
    </Plot>
  );
}

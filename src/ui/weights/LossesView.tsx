import type {BinaryWeights} from '../../core/protocol.ts';
import type {Certificate} from '../../core/study.ts';
import {count, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Key, Plot} from '../plots/Plot.tsx';
import {countScale} from '../plots/scales.ts';
import {binEnds} from '../starts/histogram.ts';
import {lossesOf, lossWords, type Mark} from './losses.ts';

interface Props {
  readonly weights: BinaryWeights;
  readonly name: string;
  readonly certificate: Certificate | null;
  readonly colour: string;
  readonly ink: Ink;
}

/** J of sampled networks as a histogram, with what they are compared to. */
export function LossesView({weights, name, certificate, colour, ink}: Props) {
  const losses = lossesOf(weights, certificate);
  const {histogram, marks} = losses;
  const {scale, counts} = histogram;
  const words = lossWords(weights, losses);
  const strokeOf = ({given}: Mark): string => (given ? ink.text : colour);
  return (
    <>
      <p className="weights-line figure">
        {marks.map((mark) => (
          <Key key={mark.name} stroke={strokeOf(mark)} dash={mark.dash}>
            {mark.name} {number(mark.value)}
          </Key>
        ))}
      </p>
      <Plot xScale={scale} yScale={countScale(counts)} ink={ink} label={`${name}: ${words}`} yTick={count} testId="weight-losses">
        {(frame) => (
          <>
            {counts.map((many, bin) => {
              const [left, right] = binEnds(histogram, bin).map(frame.x);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its bin
                <rect key={bin} x={left + 0.5} y={frame.y(many)} width={Math.max(0.5, right - left - 1)} height={frame.bottom - frame.y(many)} fill={colour} fillOpacity={0.4} />
              );
            })}
            {marks.map((mark) => (
              <line key={mark.name} x1={frame.x(mark.value)} x2={frame.x(mark.value)} y1={frame.top} y2={frame.bottom} stroke={strokeOf(mark)} strokeWidth={1.8} strokeDasharray={mark.dash} />
            ))}
          </>
        )}
      </Plot>
      <p className="note" data-testid="loss-words">
        {words}
      </p>
    </>
  );
}

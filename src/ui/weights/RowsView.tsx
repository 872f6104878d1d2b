import {SegmentedControl} from '@mantine/core';
import {type KeyboardEvent, type PointerEvent, useCallback, useMemo, useRef, useState} from 'react';
import type {BinaryWeights} from '../../core/protocol.ts';
import {count, measured, percent} from '../format.ts';
import type {Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {drawRows, isCounted, layerColour, shadeBy} from './drawRows.ts';
import {blocksOf, FIRST_ATTITUDE, summaryOf, turned, weightCount} from './rows.ts';

interface Props {
  readonly weights: BinaryWeights;
  readonly name: string;
  readonly ink: Ink;
}

const DEGREE = Math.PI / 180;
/** One press of an arrow key, and one pixel of a drag. */
const KEY = 6 * DEGREE;
const DRAG = 0.5 * DEGREE;

/** The rows (mu, Z): on a line, a circle or a sphere, or mu against |Z|. A sphere can be turned. */
export function RowsView({weights, name, ink}: Props) {
  const [attitude, setAttitude] = useState(FIRST_ATTITUDE);
  const [by, setBy] = useState<'sign' | 'layer'>('sign');
  const held = useRef<readonly [number, number] | null>(null);
  const blocks = useMemo(() => blocksOf(weights), [weights]);
  const draw: Draw = useCallback(
    (context, width, height) => drawRows(context, width, height, weights, attitude, {ink, shade: shadeBy(by, weights, blocks, ink)}),
    [weights, attitude, by, blocks, ink],
  );
  const words = `${name}: ${rowWords(weights)}`;
  const picture = <Picture draw={draw} label={words} testId="weight-rows" />;
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const move = {ArrowLeft: [0, KEY], ArrowRight: [0, -KEY], ArrowUp: [KEY, 0], ArrowDown: [-KEY, 0]}[event.key];
    if (event.key === 'Home') setAttitude(FIRST_ATTITUDE);
    else if (move) setAttitude((before) => turned(before, move[0], move[1]));
    else return;
    event.preventDefault();
  };
  const onDrag = (event: PointerEvent<HTMLElement>): void => {
    if (!held.current) return;
    const [x, y] = held.current;
    held.current = [event.clientX, event.clientY];
    setAttitude((before) => turned(before, (y - event.clientY) * DRAG, (x - event.clientX) * DRAG));
  };
  return (
    <>
      {blocks.length > 1 && (
        <div className="weights-line">
          <SegmentedControl size="xs" aria-label="Colour of the rows" value={by} data={[{value: 'sign', label: 'by sign'}, {value: 'layer', label: 'by layer'}]} onChange={(value) => setBy(value === 'layer' ? 'layer' : 'sign')} />
          {by === 'layer' &&
            blocks.map((block, i) => (
              <span key={block.name} className="weights-key">
                <span className="weights-dot" style={{background: layerColour(ink, i)}} /> {block.name}
              </span>
            ))}
        </div>
      )}
      {weights.rank === 2 ? (
        <div
          className="weights-picture globe"
          role="slider"
          tabIndex={0}
          aria-label="The sphere of rows. Drag it or use the arrow keys to turn it, Home to set it back."
          aria-valuenow={Math.round(attitude.turn / DEGREE)}
          aria-valuemin={-90}
          aria-valuemax={90}
          aria-valuetext={`the anchor is turned ${Math.round(attitude.turn / DEGREE)} degrees towards you, spun by ${Math.round(attitude.spin / DEGREE)}`}
          onKeyDown={onKey}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            held.current = [event.clientX, event.clientY];
          }}
          onPointerMove={onDrag}
          onPointerUp={() => {
            held.current = null;
          }}
          onPointerCancel={() => {
            held.current = null;
          }}
        >
          {picture}
        </div>
      ) : (
        <div className="weights-picture">{picture}</div>
      )}
      <p className="note">{captionOf(weights.rank, isCounted(weightCount(weights)))}</p>
    </>
  );
}

/** How many weights are decided and which way, layer by layer. */
export function rowWords(weights: BinaryWeights): string {
  const layers = blocksOf(weights).map((block) => {
    const {name, positive, certainty, open} = summaryOf(weights, block);
    return `${name}: ${count(block.count)} weights, ${count(positive)} of them +1, mean |μ| ${measured(certainty, 3)}, ${percent(open / block.count, 2)} undecided`;
  });
  return `rows of length ${1 + weights.rank}. ${layers.join('; ')}`;
}

function captionOf(rank: number, counted: boolean): string {
  const bars = counted ? ' Bars count the rows.' : '';
  switch (rank) {
    case 0:
      return 'Each point is a weight at the mean μ of its sign: −1 or +1 where there is no noise, as for latent weights. Bars count the points.';
    case 1:
      return `Each point is a row (μ, Z) of length 1; e₁ is a sure +1. Its half is sign(μ), its height the noise.${bars}`;
    case 2:
      return 'Each point is a row (μ, Z) of length 1; e₁ is a sure +1, the hemisphere is sign(μ). Drag or use arrow keys to turn; pale points are behind.';
    default:
      return `Each row (μ, Z) of length 1 as μ against |Z|: the ends are decided weights, the top is pure noise.${bars}`;
  }
}

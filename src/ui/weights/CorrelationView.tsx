import {NativeSelect, SegmentedControl} from '@mantine/core';
import {type MouseEvent, useCallback, useMemo, useState} from 'react';
import type {BinaryWeights} from '../../core/protocol.ts';
import {count, measured} from '../format.ts';
import type {Ink} from '../palette.ts';
import {among, inBox, Picker} from '../widgets/Picker.tsx';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {type Compared, correlationOf, type Rounding, strongest} from './correlation.ts';
import {drawCorrelation, pairAt, squareIn} from './drawCorrelation.ts';
import {type Block, blocksOf} from './rows.ts';
import {pairTable, weightName} from './tables.ts';

interface Props {
  readonly weights: BinaryWeights;
  readonly name: string;
  readonly rounding: Rounding;
  readonly ink: Ink;
}

/** How the weights of one layer hang together, pair by pair. */
export function CorrelationView({weights, name, rounding, ink}: Props) {
  const [layer, setLayer] = useState(0);
  const [compared, setCompared] = useState<Compared>('rows');
  const [picked, setPicked] = useState<readonly [number, number] | null>(null);
  const blocks = blocksOf(weights);
  const at = Math.min(layer, blocks.length - 1);
  const correlation = useMemo(() => correlationOf(weights, blocksOf(weights)[at], compared, rounding), [weights, at, compared, rounding]);
  const block = blocks[at];
  const {size, values} = correlation;
  const pick = picked && picked[0] < size && picked[1] < size ? picked : null;
  const draw: Draw = useCallback(
    (context, width, height) => drawCorrelation(context, width, height, correlation, blocksOf(weights)[at], pick, ink),
    [correlation, weights, at, pick, ink],
  );
  const step = (right: number, up: number): readonly [number, number] => {
    const [i, j] = pick ?? [0, 0];
    return [among(size, i - up), among(size, j + right)];
  };
  const atPointer = (event: MouseEvent<HTMLElement>): readonly [number, number] | null => {
    const {x, y, width, height} = inBox(event);
    return pairAt(squareIn(width, height), size, x, y);
  };
  const reading = pick ? `${weightName(block, pick[0])} · ${weightName(block, pick[1])}: ${measured(values[pick[0] * size + pick[1]], 3)}` : '';
  const [top] = strongest(correlation, 1);
  const words = `${name}, ${block.name}: correlation of ${size} weights${top ? `; the strongest pair is ${weightName(block, top.j)} and ${weightName(block, top.i)} with ${measured(top.value, 3)}` : ''}`;
  return (
    <>
      <div className="weights-line">
        {blocks.length > 1 && (
          <NativeSelect size="xs" aria-label="Layer" value={String(at)} data={blocks.map((one, i) => ({value: String(i), label: one.name}))} onChange={(event) => setLayer(Number(event.currentTarget.value))} />
        )}
        {weights.rank > 0 && (
          <SegmentedControl size="xs" aria-label="What is compared" value={compared} data={[{value: 'rows', label: 'of rows'}, {value: 'signs', label: 'of signs'}]} onChange={(value) => setCompared(value === 'signs' ? 'signs' : 'rows')} />
        )}
        <output className="figure weights-reading">{reading}</output>
        <TableButton title={`Strongest pairs in ${block.name} of ${name}`} {...pairTable(correlation, block)} disabled={size < 2} />
      </div>
      <Picker
        className="weights-picture"
        label="Pairs of weights. Arrow keys move from pair to pair."
        now={pick ? pick[0] * size + pick[1] : 0}
        most={size * size - 1}
        words={reading || 'no pair chosen'}
        at={atPointer}
        step={step}
        onPick={setPicked}
      >
        <Picture draw={draw} label={words} testId="weight-pairs" />
      </Picker>
      <p className="note">{captionOf(block, size, compared, rounding, weights.rank)}</p>
    </>
  );
}

function captionOf(block: Block, size: number, compared: Compared, rounding: Rounding, rank: number): string {
  const part = size < block.count ? `The first ${size} of ${count(block.count)} weights. ` : '';
  const parted = block.neurons > 1 && size > block.inputs ? ' Lines part neurons: each draws noise of its own.' : '';
  if (rank === 0) return `${part}μμᵀ: without columns in Z all noise is independent.${parted}`;
  if (compared === 'rows') return `${part}μμᵀ + ZZᵀ, the second moments of μ + Zr.${parted}`;
  const formula = rounding === 'plane' ? '(2/π) asin of the rows’ products: the mean product of two signs where a random plane cuts the sphere.' : 'The mean product of two sampled signs; where μ = 0 it is (2/π) asin of the rows’ product.';
  return `${part}${formula}${parted}`;
}

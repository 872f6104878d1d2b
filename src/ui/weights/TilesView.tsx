import {useCallback} from 'react';
import type {BinaryWeights} from '../../core/protocol.ts';
import {measured} from '../format.ts';
import type {Ink} from '../palette.ts';
import {type Draw, Picture} from '../widgets/Picture.tsx';
import {drawTiles} from './drawTiles.ts';
import {blocksOf, summaryOf} from './rows.ts';

/** The first layer's weights as the pictures that its neurons look for. */
export function TilesView({weights, name, ink}: {readonly weights: BinaryWeights; readonly name: string; readonly ink: Ink}) {
  const block = blocksOf(weights)[0];
  const {image} = weights;
  const draw: Draw = useCallback((context, width, height) => drawTiles(context, width, height, weights, blocksOf(weights)[0], ink), [weights, ink]);
  const {certainty} = summaryOf(weights, block);
  const words = image
    ? `${name}: the first weights of ${block.neurons} neurons as ${image.width} × ${image.height} pictures of signs; mean |μ| ${measured(certainty, 3)}`
    : `${name}: the inputs are no picture`;
  return (
    <>
      <div className="weights-picture">
        <Picture draw={draw} label={words} testId="weight-tiles" />
      </div>
      <p className="note">Each neuron’s weights in the place of their pixels: white +1, black −1, grey the less sure the sign (|μ| small).</p>
    </>
  );
}

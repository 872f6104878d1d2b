import {lazy, Suspense} from 'react';
import {type InstrumentId, INSTRUMENTS} from '../core/experiment.ts';
import {actions, useBasin} from '../state/basin.ts';
import {attendsIn, binaryWeightsOf, hasGradients, hasNeurons, hasPath, isSurface} from '../state/fitting.ts';
import type {BasinState} from '../state/types.ts';
import {BoundaryPanel} from './boundaries/BoundaryPanel.tsx';
import {boundaryTitle} from './boundaries/title.ts';
import {hasLayers} from './layers/profiles.ts';
import {useLive} from './live.ts';
import {bounds, splits} from './offers.ts';
import {hasRate} from '../state/sweeps.ts';
import {taskOf} from './task.ts';
import {Panel} from './widgets/Panel.tsx';
import {TabLine} from './widgets/TabLine.tsx';

/** All but the first are loaded when somebody looks: a first visit pays for what it shows. */
const PANELS = {
  boundaries: BoundaryPanel,
  admm: lazy(async () => ({default: (await import('./admm/AdmmPanel.tsx')).AdmmPanel})),
  attention: lazy(async () => ({default: (await import('./attention/AttentionPanel.tsx')).AttentionPanel})),
  basins: lazy(async () => ({default: (await import('./basins/BasinsPanel.tsx')).BasinsPanel})),
  bounds: lazy(async () => ({default: (await import('./bounds/BoundsPanel.tsx')).BoundsPanel})),
  curvature: lazy(async () => ({default: (await import('./curvature/CurvaturePanel.tsx')).CurvaturePanel})),
  layers: lazy(async () => ({default: (await import('./layers/LayersPanel.tsx')).LayersPanel})),
  neurons: lazy(async () => ({default: (await import('./neurons/NeuronsPanel.tsx')).NeuronsPanel})),
  path: lazy(async () => ({default: (await import('./path/PathPanel.tsx')).PathPanel})),
  rates: lazy(async () => ({default: (await import('./rates/RatesPanel.tsx')).RatesPanel})),
  starts: lazy(async () => ({default: (await import('./starts/StartsPanel.tsx')).StartsPanel})),
  theory: lazy(async () => ({default: (await import('./theory/TheoryPanel.tsx')).TheoryPanel})),
  weights: lazy(async () => ({default: (await import('./weights/WeightsPanel.tsx')).WeightsPanel})),
} as const;

/** What the experiment gives each instrument to show; as a text, so that equal answers are equal. */
const selectOffered = ({experiment, runs}: BasinState): string => {
  const binary = binaryWeightsOf(experiment);
  const surface = isSurface(experiment);
  const offers: Readonly<Record<InstrumentId, boolean>> = {
    // Named by the problem too, so that the tab stays while a run starts anew.
    bounds: binary === 'quadratic' || runs.some(bounds),
    boundaries: !surface,
    // Named by the problem for the same reason.
    layers: experiment.problem.id === 'transformer' || runs.some(hasLayers),
    attention: attendsIn(experiment),
    neurons: hasNeurons(experiment),
    weights: binary !== null,
    admm: runs.some(splits),
    path: hasPath(experiment),
    // A surface's starts are chosen, not drawn.
    starts: !surface,
    basins: surface,
    theory: surface,
    rates: experiment.contestants.some(hasRate),
    curvature: hasGradients(experiment),
  };
  return INSTRUMENTS.filter((id) => offers[id]).join(' ');
};

/** The boundaries are named after what they show. */
const selectFirst = ({experiment, boundaries}: BasinState): string =>
  boundaryTitle(Object.values(boundaries)[0]?.kind, taskOf(experiment));

interface Props {
  readonly enlarged: boolean;
  readonly onEnlarge: (() => void) | undefined;
}

/** The place that instruments share: one is shown, the others are a word away. */
export function InstrumentPlace({enlarged, onEnlarge}: Props) {
  const chosen = useBasin((state) => state.experiment.view.instrument);
  const words = useLive(selectOffered, 400).split(' ');
  const boundaries = useLive(selectFirst, 400);
  const offered = INSTRUMENTS.filter((id) => words.includes(id) || (id === 'admm' && chosen === 'admm'));
  const shown = offered.find((id) => id === chosen) ?? offered[0];
  const labels: Readonly<Record<InstrumentId, string>> = {bounds: 'Bounds', boundaries, layers: 'Layers', attention: 'Attention', neurons: 'Neurons', weights: 'Weights', admm: 'ADMM', path: 'Path', starts: 'Starts', basins: 'Basins', theory: 'Theory', rates: 'Rates', curvature: 'Curvature'};
  const Chosen = PANELS[shown];
  const tabs = <TabLine label="Instruments" tabs={offered.map((id) => ({id, label: labels[id]}))} chosen={shown} onChoose={actions.showInstrument} />;
  const loading = (
    <Panel title={labels[shown]} tabs={tabs} className="loading" enlarged={enlarged} onEnlarge={onEnlarge}>
      <p className="faint">Loading …</p>
    </Panel>
  );
  return (
    <Suspense fallback={loading}>
      <Chosen tabs={tabs} enlarged={enlarged} onEnlarge={onEnlarge} />
    </Suspense>
  );
}

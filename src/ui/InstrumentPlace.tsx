import {useState} from 'react';
import {AdmmPanel, splits} from './admm/AdmmPanel.tsx';
import {BoundaryPanel} from './boundaries/BoundaryPanel.tsx';
import {useLive} from './live.ts';
import {NeuronsPanel} from './neurons/NeuronsPanel.tsx';
import {PathPanel} from './path/PathPanel.tsx';
import {StartsPanel} from './starts/StartsPanel.tsx';
import type {BasinState} from '../state/types.ts';
import {taskOf} from './task.ts';

const INSTRUMENTS = ['boundaries', 'neurons', 'admm', 'path', 'starts'] as const;
export type InstrumentId = (typeof INSTRUMENTS)[number];

const PANELS = {boundaries: BoundaryPanel, neurons: NeuronsPanel, admm: AdmmPanel, path: PathPanel, starts: StartsPanel} as const;

/** What the choice says; the first is named after what it shows. */
const selectTabs = ({experiment, runs, boundaries}: BasinState): string => {
  const first = taskOf(experiment) === 'regression' ? 'Fits' : Object.values(boundaries)[0]?.kind === 'confusion' ? 'Confusion' : 'Boundaries';
  return [first, runs.some(splits) ? 'with ADMM' : ''].join('|');
};

interface Props {
  readonly enlarged: boolean;
  readonly onEnlarge: (() => void) | undefined;
}

/** The place that instruments share: one is shown, the others are a word away. */
export function InstrumentPlace({enlarged, onEnlarge}: Props) {
  const [chosen, setChosen] = useState<InstrumentId>('boundaries');
  const [first, withAdmm] = useLive(selectTabs, 400).split('|');
  const labels: Readonly<Record<InstrumentId, string>> = {boundaries: first, neurons: 'Neurons', admm: 'ADMM', path: 'Path', starts: 'Starts'};
  const offered = INSTRUMENTS.filter((id) => id !== 'admm' || withAdmm !== '' || chosen === 'admm');
  const Chosen = PANELS[chosen];
  const tabs = (
    <nav className="instrument-tabs" aria-label="Instruments">
      {offered.map((id) => (
        <button key={id} type="button" aria-current={id === chosen ? 'true' : undefined} data-testid={`instrument-${id}`} onClick={() => setChosen(id)}>
          {labels[id]}
        </button>
      ))}
    </nav>
  );
  return <Chosen tabs={tabs} enlarged={enlarged} onEnlarge={onEnlarge} />;
}

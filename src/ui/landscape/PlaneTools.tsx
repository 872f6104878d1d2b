import {NativeSelect} from '@mantine/core';
import {type Contestant, PLANES} from '../../core/experiment.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {Toggle} from '../widgets/Toggle.tsx';
import {PLANE_WORDS} from '../words.ts';

const SEEDS = 2 ** 32;
const FREEZE = 'Keeps the plane as it is while the runs go on: their paths move on the same map';

/** Which plane the landscape shows, and whether it stays. */
export function PlaneTools() {
  const view = useBasin((state) => state.experiment.view);
  const contestants = useBasin((state) => state.experiment.contestants);
  const {plane} = view;
  const isCommon = plane === 'contestants' || plane === 'paths';
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Plane"
        value={plane}
        data={PLANES.map((kind) => ({value: kind, label: PLANE_WORDS[kind]}))}
        onChange={(event) => {
          const chosen = PLANES.find((one) => one === event.currentTarget.value);
          if (chosen) actions.setView({plane: chosen});
        }}
      />
      {!isCommon && (
        <ContestantSelect
          label={plane === 'line' ? 'Contestant where the line begins' : 'Contestant that the plane is about'}
          contestants={contestants}
          value={view.planeOf}
          onChange={(planeOf) => actions.setView({planeOf})}
        />
      )}
      {plane === 'line' && contestants.length > 1 && (
        <>
          <span className="faint plane-crowd">to</span>
          <ContestantSelect
            label="Contestant that the line leads to"
            contestants={contestants}
            except={view.planeOf}
            value={lineEnd(view.planeOf, view.planeTo, contestants.length)}
            onChange={(planeTo) => actions.setView({planeTo})}
          />
        </>
      )}
      {plane === 'random' && <SeedStepper seed={view.planeSeed} />}
      {plane !== 'line' && <Toggle label="freeze" title={FREEZE} pressed={view.freeze} onToggle={(freeze) => actions.setView({freeze})} />}
    </>
  );
}

/** Where a line leads: what was chosen, or the first other contestant. */
const lineEnd = (from: number, to: number, count: number): number => (to !== from && to < count ? to : from === 0 ? 1 : 0);

interface SelectProps {
  readonly label: string;
  readonly contestants: readonly Contestant[];
  readonly value: number;
  readonly onChange: (index: number) => void;
  /** A contestant that can't be chosen. */
  readonly except?: number;
}

function ContestantSelect({label, contestants, value, onChange, except}: SelectProps) {
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={String(value)}
      data={contestants.flatMap(({name}, index) => (index === except ? [] : [{value: String(index), label: name}]))}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    />
  );
}

/** Other random directions, and back to those before. */
function SeedStepper({seed}: {readonly seed: number}) {
  const step = (by: number): void => actions.setView({planeSeed: (seed + by + SEEDS) % SEEDS});
  return (
    <>
      <IconButton icon="left" label="Directions before" size={26} onClick={() => step(-1)} />
      <span className="figure plane-crowd" title="Seed of the random directions">
        {seed}
      </span>
      <IconButton icon="right" label="New directions" size={26} onClick={() => step(1)} />
    </>
  );
}

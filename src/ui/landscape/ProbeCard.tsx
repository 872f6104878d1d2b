import {useEffect} from 'react';
import {actions, useBasin} from '../../state/basin.ts';
import type {Probe} from '../../state/types.ts';
import {BoundaryPicture} from '../boundaries/BoundaryPicture.tsx';
import {measured, number} from '../format.ts';
import {useInk} from '../palette.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {StartHere} from './StartHere.tsx';

interface Props {
  readonly probe: Probe;
  /** Where the point lies on the map, so that the card stands in the opposite corner. */
  readonly onRight: boolean;
  readonly onTop: boolean;
}

/** The network at a point of the landscape. */
export function ProbeCard({probe, onRight, onTop}: Props) {
  const data = useBasin((state) => state.data);
  const ink = useInk();
  useEffect(() => {
    // Caught on the way down: Esc closes this card before it closes what is enlarged.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || document.querySelector('[role="dialog"], [role="menu"]')) return;
      event.preventDefault();
      actions.clearProbe();
    };
    document.addEventListener('keydown', onKey, {capture: true});
    return () => document.removeEventListener('keydown', onKey, {capture: true});
  }, []);
  return (
    <aside
      className="probe"
      data-side={onRight ? 'left' : 'right'}
      data-edge={onTop ? 'bottom' : 'top'}
      data-plain={probe.boundary === null || undefined}
      aria-label={probe.boundary === null ? 'The chosen point' : 'Network at the chosen point'}
    >
      <header>
        <span>
          J <b className="figure">{measured(probe.objective)}</b>{' '}
          <span className="faint">
            at ({number(probe.a, 3)}, {number(probe.b, 3)})
          </span>
        </span>
        <IconButton icon="close" label="Close" size={24} onClick={actions.clearProbe} />
      </header>
      {probe.boundary === null && <StartHere x={probe.a} y={probe.b} />}
      {data && probe.boundary && (
        <BoundaryPicture
          boundary={probe.boundary}
          data={data}
          part="train"
          ink={ink}
          stroke={ink.text}
          dash=""
          label="What the network at this point predicts"
        />
      )}
    </aside>
  );
}

import {actions, useBasin} from '../state/basin.ts';
import {IconButton} from './widgets/IconButton.tsx';

/** Why the last edit, link or file was refused; nothing was changed by it. */
export function FaultBanner() {
  const fault = useBasin((state) => state.fault);
  return (
    <div role="alert">
      {fault && (
        <div className="fault" data-testid="fault-banner">
          <p>
            <b>{fault.field}</b> {fault.message}
            {/[.!?]$/.test(fault.message) ? '' : '.'}
          </p>
          <IconButton icon="close" label="Dismiss" size={26} onClick={actions.dismissFault} />
        </div>
      )}
    </div>
  );
}

import {actions} from '../../state/basin.ts';
import {Toggle} from '../widgets/Toggle.tsx';

/** The button of a surface's card: every contestant starts from the point that was looked at. */
export function StartHere({x, y}: {readonly x: number; readonly y: number}) {
  return (
    <button type="button" className="action start-here" data-testid="start-here" onClick={() => actions.setStart(x, y)}>
      Start here
    </button>
  );
}

/** While it is pressed, every press on the map moves the start. */
export function StartTool({pressed, onToggle}: {readonly pressed: boolean; readonly onToggle: (pressed: boolean) => void}) {
  return <Toggle label="set start" title="A press on the map (or Enter, at the cursor) starts all contestants there" pressed={pressed} onToggle={onToggle} />;
}

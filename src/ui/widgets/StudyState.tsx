import type {StudyStatus} from '../../state/types.ts';
import {percent} from '../format.ts';

interface Props {
  readonly status: StudyStatus;
  readonly share: number;
  readonly reason: string;
  readonly onStop: () => void;
}

/** How a study stands: a thin bar and a stop button while it works, a sentence where it ended early. */
export function StudyState({status, share, reason, onStop}: Props) {
  switch (status) {
    case 'idle':
    case 'done':
      return null;
    case 'running':
      return (
        <div className="study-state">
          <span className="study-bar" role="progressbar" aria-label="Study" aria-valuenow={Math.round(100 * share)} aria-valuemin={0} aria-valuemax={100}>
            <span style={{width: `${100 * share}%`}} />
          </span>
          <span className="figure faint">{percent(share, 2)}</span>
          <button type="button" className="toggle" onClick={onStop}>
            Stop
          </button>
        </div>
      );
    case 'stopped':
      return <p className="study-state faint">Stopped early.</p>;
    case 'failed':
      return <p className="study-state study-failed">{reason}</p>;
  }
}

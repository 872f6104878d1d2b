import type {BasinState} from '../../state/types.ts';
import {useLive} from '../live.ts';
import {Findings} from './Findings.tsx';

const select = ({findings, experiment, phase, example}: BasinState) => ({findings, contestants: experiment.contestants, phase, example});

/** One line under the race: what there is to see, warnings first. */
export function FindingStrip() {
  const {findings, contestants, phase, example} = useLive(select, 500);
  const urgent = findings.filter((finding) => finding.tone === 'warning');
  const top = [...urgent, ...findings.filter((finding) => finding.tone !== 'warning')].slice(0, example ? 1 : 2);
  return (
    <div className="strip">
      {example && <p className="strip-example">A finished example. Press Space to run it here.</p>}
      {top.length > 0 ? (
        <Findings findings={top} contestants={contestants} />
      ) : (
        <p className="faint">
          {phase === 'running' ? 'Watching for something worth saying …' : 'Findings appear here once the race has run.'}
        </p>
      )}
    </div>
  );
}

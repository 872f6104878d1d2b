import type {Phase} from '../../state/types.ts';

const WORDS: Readonly<Record<Phase, string>> = {
  starting: 'The engine is starting …',
  ready: 'Press Space or Run to start the race.',
  running: 'The first picture is on its way …',
  paused: 'Press Space or Go on.',
  finished: 'Nothing was drawn in this race.',
  broken: 'The engine could not start, so there is nothing to draw.',
};

/** What stands in a picture's place until there is one. */
export function Waiting({phase, what}: {readonly phase: Phase; readonly what: string}) {
  return (
    <div className="waiting" data-phase={phase}>
      <p>{WORDS[phase]}</p>
      <p className="faint">{what}</p>
    </div>
  );
}

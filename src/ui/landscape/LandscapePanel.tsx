import {Progress} from '@mantine/core';
import {useMemo, useState} from 'react';
import type {Landscape} from '../../core/protocol.ts';
import {actions} from '../../state/basin.ts';
import {isSurface} from '../../state/fitting.ts';
import type {BasinState} from '../../state/types.ts';
import {percent} from '../format.ts';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Empty} from '../widgets/Empty.tsx';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {Toggle} from '../widgets/Toggle.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import type {Walker} from './LandscapePicture.tsx';
import {LandscapeView} from './LandscapeView.tsx';
import {LinePicture} from './LinePicture.tsx';
import {PlaneTools} from './PlaneTools.tsx';
import {ProbeCard} from './ProbeCard.tsx';
import {StartTool} from './StartHere.tsx';

const select = ({experiment, landscape, landscapeMissing, line, landscapeProgress, probe, phase}: BasinState) => ({
  experiment,
  landscape,
  landscapeMissing,
  line,
  landscapeProgress,
  probe,
  phase,
});
/** One text, so that telemetry (which replaces the runs) doesn't redraw the map. */
const selectIds = ({runs}: BasinState): string => runs.map((run) => run.runId).join(' ');

interface Props {
  readonly enlarged: boolean;
  readonly onEnlarge: (() => void) | undefined;
}

/** The objective around the contestants, in a plane through the space of all weights. */
export function LandscapePanel({enlarged, onEnlarge}: Props) {
  const {experiment, landscape, landscapeMissing, line, landscapeProgress, probe, phase} = useLive(select, 150);
  const ids = useLive(selectIds, 150);
  const ink = useInk();
  const surface = isSurface(experiment);
  const [placing, setPlacing] = useState(false);
  const {contestants, view} = experiment;
  const walkers: readonly Walker[] = useMemo(
    () =>
      ids.split(' ').flatMap((runId, index) => {
        const contestant = contestants.at(index);
        return contestant ? [{runId, index, name: contestant.name, colour: contestant.colour}] : [];
      }),
    [ids, contestants],
  );
  return (
    <Panel title="Landscape" className="landscape" enlarged={enlarged} onEnlarge={onEnlarge} tools={surface ? <StartTool pressed={placing} onToggle={setPlacing} /> : <PlaneTools />}>
      {landscapeProgress !== null && (
        <Progress
          className="thin-progress"
          size={2}
          value={landscapeProgress * 100}
          aria-label="The landscape is being computed"
        />
      )}
      {view.plane === 'line' && !surface ? (
        <LineView line={line} logValues={view.logColour} walkers={walkers} ink={ink} phase={landscapeProgress === null ? phase : 'running'} />
      ) : landscape ? (
        <>
          <LandscapeView landscape={landscape} experiment={experiment} walkers={walkers} probe={probe} onPick={surface && placing ? actions.setStart : undefined} ink={ink} />
          {!surface && <Outside paths={landscape.paths} walkers={walkers} fade={view.fade} />}
          {landscape.notes.map((note) => (
            <p key={note} className="note" title={note}>
              {note}
            </p>
          ))}
          {probe && (
            <ProbeCard
              probe={probe}
              onRight={probe.a > (landscape.aRange[0] + landscape.aRange[1]) / 2}
              onTop={probe.b > (landscape.bRange[0] + landscape.bRange[1]) / 2}
            />
          )}
        </>
      ) : landscapeMissing ? (
        <Empty title="There is no map to draw.">{landscapeMissing}</Empty>
      ) : (
        <Waiting phase={landscapeProgress === null ? phase : 'running'} what={surface ? 'The function, with every path on it.' : 'The loss around the contestants, in a plane through their weights, with every path on it.'} />
      )}
    </Panel>
  );
}

const FADE = 'Draws a path the fainter the farther it is from this plane';

interface OutsideProps {
  readonly paths: Landscape['paths'];
  readonly walkers: readonly Walker[];
  readonly fade: boolean;
}

/** How far each path leaves the plane, and whether that is seen on the paths. */
function Outside({paths, walkers, fade}: OutsideProps) {
  return (
    <div className="outside-line">
      <ul className="outside" aria-label="How much of each path lies outside this plane">
        <li className="faint">off plane:</li>
        {paths.map((path) => {
          const walker = walkers.find((one) => one.runId === path.runId);
          if (!walker) return null;
          return (
            <li key={path.runId} title={`${percent(path.outside, 2)} of ${walker.name}'s path lies outside this plane; its end is ${percent(path.off[path.off.length - 1], 2)} of the path's length away from it`}>
              <Swatch colour={walker.colour} index={walker.index} width={18} />
              <span className="outside-name">{walker.name}</span> <span className="figure">{percent(path.outside, 2)}</span>
            </li>
          );
        })}
      </ul>
      <Toggle label="fade" title={FADE} pressed={fade} onToggle={(on) => actions.setView({fade: on})} />
    </div>
  );
}

interface LineProps {
  readonly line: BasinState['line'];
  readonly logValues: boolean;
  readonly walkers: readonly Walker[];
  readonly ink: Ink;
  readonly phase: BasinState['phase'];
}

/** J between two networks in place of the map. */
function LineView({line, logValues, walkers, ink, phase}: LineProps) {
  if (!line) return <Waiting phase={phase} what="The loss on the straight line between two contestants' networks, and how high it rises on the way." />;
  if ('missing' in line) return <Empty title="There is no line to draw.">{line.missing}</Empty>;
  return (
    <>
      <LinePicture line={line} logValues={logValues} walkers={walkers} ink={ink} />
      {line.notes.map((note) => (
        <p key={note} className="note" title={note}>
          {note}
        </p>
      ))}
    </>
  );
}

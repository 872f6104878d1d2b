import {NativeSelect, Progress} from '@mantine/core';
import {useMemo} from 'react';
import {PLANES} from '../../core/experiment.ts';
import {actions, useBasin} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {percent} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {PLANE_WORDS} from '../words.ts';
import {LandscapePicture, type Walker} from './LandscapePicture.tsx';
import {ProbeCard} from './ProbeCard.tsx';

const select = ({experiment, landscape, landscapeProgress, probe, phase}: BasinState) => ({
  experiment,
  landscape,
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
  const {experiment, landscape, landscapeProgress, probe, phase} = useLive(select, 150);
  const ids = useLive(selectIds, 150);
  const ink = useInk();
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
    <Panel title="Landscape" className="landscape" enlarged={enlarged} onEnlarge={onEnlarge} tools={<LandscapeTools />}>
      {landscapeProgress !== null && (
        <Progress
          className="thin-progress"
          size={2}
          value={landscapeProgress * 100}
          aria-label="The landscape is being computed"
        />
      )}
      {landscape ? (
        <>
          <LandscapePicture landscape={landscape} logColour={view.logColour} walkers={walkers} probe={probe} ink={ink} />
          <ul className="outside" aria-label="How much of each path lies outside this plane">
            <li className="faint">outside the plane:</li>
            {landscape.paths.map((path) => {
              const walker = walkers.find((one) => one.runId === path.runId);
              if (!walker) return null;
              return (
                <li key={path.runId} title={`${percent(path.outside, 2)} of ${walker.name}'s path lies outside this plane`}>
                  <Swatch colour={walker.colour} index={walker.index} width={18} />
                  <span className="outside-name">{walker.name}</span> <span className="figure">{percent(path.outside, 2)}</span>
                </li>
              );
            })}
          </ul>
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
      ) : (
        <Waiting phase={landscapeProgress === null ? phase : 'running'} what="The loss around the contestants, in a plane through their weights, with every path on it." />
      )}
    </Panel>
  );
}

function LandscapeTools() {
  const view = useBasin((state) => state.experiment.view);
  const contestants = useBasin((state) => state.experiment.contestants);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Plane"
        value={view.plane}
        data={PLANES.map((plane) => ({value: plane, label: PLANE_WORDS[plane]}))}
        onChange={(event) => {
          const plane = PLANES.find((one) => one === event.currentTarget.value);
          if (plane) actions.setView({plane});
        }}
      />
      {view.plane !== 'contestants' && (
        <NativeSelect
          size="xs"
          aria-label="Contestant that the plane is about"
          value={String(view.planeOf)}
          data={contestants.map((contestant, index) => ({value: String(index), label: contestant.name}))}
          onChange={(event) => actions.setView({planeOf: Number(event.currentTarget.value)})}
        />
      )}
      {view.plane === 'random' && (
        <IconButton
          icon="dice"
          label="New directions"
          size={26}
          onClick={() => actions.setView({planeSeed: (view.planeSeed + 1) % 4294967296})}
        />
      )}
    </>
  );
}

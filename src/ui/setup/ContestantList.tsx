import {Menu} from '@mantine/core';
import {type ComponentPropsWithRef, useMemo} from 'react';
import {CATALOGUE} from '../../catalogue.ts';
import {type Experiment, MAX_CONTESTANTS} from '../../core/experiment.ts';
import {offerOf, type SolverSpec} from '../../core/plugin.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {changesOf} from '../../state/changes.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {useLive} from '../live.ts';
import {Icon} from '../widgets/icons.tsx';
import {ContestantCard} from './ContestantCard.tsx';

const standing = (run: RunView | undefined): string => (run ? `${run.status}|${run.ending?.reason ?? ''}` : 'preparing|');
/** One text for all runs, so that telemetry redraws the list only when a status changes. */
const standings = (state: BasinState): string => state.runs.map(standing).join('\n');

export function ContestantList() {
  const experiment = useBasin((state) => state.experiment);
  const {contestants} = experiment;
  const changes = useMemo(() => changesOf(experiment), [experiment]);
  const lines = useLive(standings, 250).split('\n');
  return (
    <section className="group" aria-labelledby="contestants-heading">
      <h2 id="contestants-heading">
        Contestants <span className="faint">on equal terms</span>
      </h2>
      <ol className="contestants">
        {contestants.map((contestant, index) => {
          const [status = 'preparing', reason = ''] = lines.at(index)?.split('|') ?? [];
          return (
            <ContestantCard
              // biome-ignore lint/suspicious/noArrayIndexKey: a contestant is its place in the list
              key={`${index}-${contestant.solver.id}`}
              contestant={contestant}
              index={index}
              changes={changes[index]}
              status={status}
              reason={reason}
              alone={contestants.length === 1}
              full={contestants.length >= MAX_CONTESTANTS}
            />
          );
        })}
      </ol>
      <AddMenu />
    </section>
  );
}

/** Why a solver can't join this race, or null when it can. */
function refusalOf(solver: SolverSpec, {dataset, problem, contestants}: Experiment): string | null {
  if (contestants.length >= MAX_CONTESTANTS) return `a race has room for ${MAX_CONTESTANTS} contestants`;
  const task = CATALOGUE.datasets[dataset.id].task(dataset.params);
  const offer = offerOf(CATALOGUE.problems[problem.id], {task, params: problem.params, losses: CATALOGUE.losses}, solver);
  return offer === true ? null : offer;
}

/** Arrow keys still reach it, so that its reason can be heard: a disabled item of Mantine's would be passed over. */
const Greyed = (props: ComponentPropsWithRef<'button'>) => <button {...props} type="button" aria-disabled="true" />;

/** Those that can run here first. */
function AddMenu() {
  const experiment = useBasin((state) => state.experiment);
  const all = Object.values(CATALOGUE.solvers).map((solver) => ({solver, refusal: refusalOf(solver, experiment)}));
  const sorted = [...all.filter(({refusal}) => refusal === null), ...all.filter(({refusal}) => refusal !== null)];
  return (
    <Menu position="bottom-start" width={280} trapFocus returnFocus>
      <Menu.Target>
        <button type="button" className="add">
          <Icon name="plus" size={16} /> Add a contestant
        </button>
      </Menu.Target>
      <Menu.Dropdown className="add-list">
        {sorted.map(({solver, refusal}) => (
          <Menu.Item
            key={solver.id}
            component={refusal === null ? 'button' : Greyed}
            closeMenuOnClick={refusal === null}
            onClick={() => refusal === null && actions.addContestant(solver.id)}
          >
            <span className="menu-title">{solver.label}</span>
            <span className="menu-text">{refusal === null ? solver.summary : `Not here: ${refusal}.`}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

import {Menu} from '@mantine/core';
import type {ComponentPropsWithRef} from 'react';
import {CATALOGUE} from '../../catalogue.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {problemRefusal} from '../../state/fitting.ts';
import {ParamForm} from '../forms/ParamForm.tsx';
import {Icon} from '../widgets/icons.tsx';

/** What is trained and what is measured. */
export function ProblemSection() {
  const problem = useBasin((state) => state.experiment.problem);
  const spec = CATALOGUE.problems[problem.id];
  return (
    <section className="group" aria-labelledby="problem-heading">
      <h2 id="problem-heading">Problem</h2>
      <ProblemMenu />
      <ParamForm specs={spec.params} values={problem.params} onCommit={actions.setProblemParam} />
    </section>
  );
}

/** Arrow keys still reach it, so that its reason can be heard. */
const Greyed = (props: ComponentPropsWithRef<'button'>) => <button {...props} type="button" aria-disabled="true" />;

function ProblemMenu() {
  const experiment = useBasin((state) => state.experiment);
  const {id} = experiment.problem;
  return (
    <Menu position="bottom-start" width={300} trapFocus returnFocus>
      <Menu.Target>
        <button type="button" className="problem-choice" data-testid="problem-menu" aria-label={`Problem: ${CATALOGUE.problems[id].label}`}>
          <span>{CATALOGUE.problems[id].label}</span>
          <Icon name="down" size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.values(CATALOGUE.problems).map((problem) => {
          const refusal = problem.id === id ? null : problemRefusal(experiment, problem.id);
          return (
            <Menu.Item
              key={problem.id}
              component={refusal === null ? 'button' : Greyed}
              aria-current={problem.id === id}
              closeMenuOnClick={refusal === null}
              onClick={() => refusal === null && actions.setProblem(problem.id)}
            >
              <span className="menu-title">{problem.label}</span>
              <span className="menu-text">{refusal === null ? problem.summary : `Not here: ${refusal}.`}</span>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

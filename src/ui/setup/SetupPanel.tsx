import {TextInput} from '@mantine/core';
import {useEffect, useState} from 'react';
import {CATALOGUE} from '../../catalogue.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {FieldLabel} from '../forms/FieldLabel.tsx';
import {ParamForm} from '../forms/ParamForm.tsx';
import {BudgetSection} from './BudgetSection.tsx';
import {ContestantList} from './ContestantList.tsx';
import {DatasetSection} from './DatasetSection.tsx';

/** Everything that defines the experiment, top to bottom: data, problem, contestants, budget. */
export function SetupPanel() {
  const problem = useBasin((state) => state.experiment.problem);
  const spec = CATALOGUE.problems[problem.id];
  return (
    <div className="setup-body">
      <DatasetSection />
      <section className="group" aria-labelledby="problem-heading">
        <h2 id="problem-heading">
          Problem <span className="faint">{spec.label}</span>
        </h2>
        <ParamForm specs={spec.params} values={problem.params} onCommit={actions.setProblemParam} />
      </section>
      <ContestantList />
      <BudgetSection />
      <TitleField />
    </div>
  );
}

function TitleField() {
  const title = useBasin((state) => state.experiment.title);
  const [text, setText] = useState(title);
  useEffect(() => setText(title), [title]);
  const commit = (): void => {
    if (text !== title) actions.setTitle(text);
  };
  return (
    <div className="field field-title">
      <FieldLabel htmlFor="experiment-title" label="title" help="Travels in the link and names the downloaded results." />
      <TextInput
        id="experiment-title"
        size="xs"
        placeholder="untitled"
        maxLength={80}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </div>
  );
}

import {TextInput} from '@mantine/core';
import {useEffect, useState} from 'react';
import {actions, useBasin} from '../../state/basin.ts';
import {FieldLabel} from '../forms/FieldLabel.tsx';
import {BudgetSection} from './BudgetSection.tsx';
import {ContestantList} from './ContestantList.tsx';
import {DatasetSection} from './DatasetSection.tsx';
import {ProblemSection} from './ProblemSection.tsx';

/** Everything that defines the experiment, top to bottom: data, problem, contestants, budget. */
export function SetupPanel() {
  return (
    <div className="setup-body">
      <DatasetSection />
      <ProblemSection />
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

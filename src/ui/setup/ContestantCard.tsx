import {Popover} from '@mantine/core';
import {memo, useEffect, useState} from 'react';
import {CATALOGUE} from '../../catalogue.ts';
import {COLOURS, type Colour, type Contestant} from '../../core/experiment.ts';
import {actions, useBasin} from '../../state/basin.ts';
import type {Changes} from '../../state/changes.ts';
import {isSurface} from '../../state/fitting.ts';
import {ParamForm} from '../forms/ParamForm.tsx';
import {useInk} from '../palette.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {Icon} from '../widgets/icons.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {ModelForm} from './ModelForm.tsx';
import {ChangeList, Summary} from './Summary.tsx';

interface Props {
  readonly contestant: Contestant;
  readonly index: number;
  /** What tells it from the others. */
  readonly changes: Changes;
  readonly status: string;
  readonly reason: string;
  /** The last one can't be removed, and a full race can't be added to. */
  readonly alone: boolean;
  readonly full: boolean;
}

export const ContestantCard = memo(function ContestantCard({contestant, index, changes, status, reason, alone, full}: Props) {
  const [open, setOpen] = useState(false);
  const solver = CATALOGUE.solvers[contestant.solver.id];
  const model = useBasin((state) => CATALOGUE.problems[state.experiment.problem.id].model);
  const surface = useBasin((state) => isSurface(state.experiment));
  return (
    <li className="contestant" data-testid={`contestant-${index}`} data-status={status}>
      <div className="contestant-line">
        <ColourPicker colour={contestant.colour} index={index} name={contestant.name} />
        <NameField name={contestant.name} index={index} />
        <span className="status" data-status={status}>
          {status}
        </span>
        <button
          type="button"
          className="disclose"
          aria-expanded={open}
          aria-label={`Settings of ${contestant.name}`}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'down' : 'right'} size={16} />
        </button>
      </div>
      <p className="contestant-summary">
        {(changes.solver || changes.params.length === 0) && ![solver.label, solver.short].includes(contestant.name) && <span>{solver.label}</span>}
        {changes.params.length > 0 ? (
          <>
            <ChangeList changes={changes.params} />
            {surface && !changes.params.some(({group}) => group === 'model') && <Summary specs={model} values={contestant.model} most={2} />}
          </>
        ) : (
          <>
            <Summary specs={solver.params} values={contestant.solver.params} most={2} terse />
            {solver.trainsModel && <Summary specs={model} values={contestant.model} most={surface ? 2 : 1} />}
          </>
        )}
      </p>
      {(status === 'diverged' || status === 'failed') && <p className="contestant-reason">{reason}</p>}
      {open && (
        <div className="contestant-form">
          <p className="faint">{solver.summary}</p>
          <ParamForm
            specs={solver.params}
            values={contestant.solver.params}
            onCommit={(key, value) => actions.setSolverParam(index, key, value)}
          />
          {solver.trainsModel && <ModelForm title={surface ? 'Where it starts' : 'Its network'} specs={model} values={contestant.model} changes={changes.params} onCommit={(key, value) => actions.setModelParam(index, key, value)} />}
          <div className="contestant-tools">
            <span className="faint">{solver.costNote}</span>
            <IconButton
              icon="copy"
              label={full ? 'The race is full' : `Duplicate ${contestant.name}`}
              disabled={full}
              onClick={() => actions.duplicateContestant(index)}
            />
            <IconButton
              icon="bin"
              label={alone ? 'A race needs one contestant' : `Remove ${contestant.name}`}
              disabled={alone}
              onClick={() => actions.removeContestant(index)}
            />
          </div>
        </div>
      )}
    </li>
  );
});

function NameField({name, index}: {readonly name: string; readonly index: number}) {
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const commit = (): void => {
    if (text.trim() === '') setText(name);
    else if (text !== name) actions.renameContestant(index, text);
  };
  return (
    <input
      className="name"
      aria-label={`Name of contestant ${index + 1}`}
      title={text}
      maxLength={32}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

function ColourPicker({colour, index, name}: {readonly colour: Colour; readonly index: number; readonly name: string}) {
  const [open, setOpen] = useState(false);
  const ink = useInk();
  const pick = (picked: Colour): void => {
    actions.recolourContestant(index, picked);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="colour" aria-label={`Colour of ${name}: ${colour}`} onClick={() => setOpen(!open)}>
          <Swatch colour={colour} index={index} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="palette" aria-label={`Colour of ${name}`}>
        {COLOURS.map((one) => (
          <button
            key={one}
            type="button"
            className="dab"
            aria-label={one}
            aria-pressed={one === colour}
            style={{background: ink.contestants[one]}}
            onClick={() => pick(one)}
          />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

import type {Experiment} from '../../core/experiment.ts';
import type {Finding} from '../../state/types.ts';
import {Swatch} from '../widgets/Swatch.tsx';

interface Props {
  readonly findings: readonly Finding[];
  readonly contestants: Experiment['contestants'];
}

const TONE_WORDS: Readonly<Record<Finding['tone'], string>> = {info: 'Note', good: 'Good', warning: 'Warning'};

/** Sentences computed from the runs, each with its contestant's line and a mark for its tone. */
export function Findings({findings, contestants}: Props) {
  return (
    <ul className="findings">
      {findings.map((finding) => {
        const contestant = finding.contestant === null ? undefined : contestants.at(finding.contestant);
        return (
          <li key={finding.text} data-tone={finding.tone}>
            <span className="visually-hidden">{TONE_WORDS[finding.tone]}: </span>
            {contestant && finding.contestant !== null && (
              <Swatch colour={contestant.colour} index={finding.contestant} width={22} />
            )}
            <span title={finding.text}>{finding.text}</span>
          </li>
        );
      })}
    </ul>
  );
}

import type {Contestant} from '../../core/experiment.ts';
import {Swatch} from './Swatch.tsx';

interface Props {
  /** What the choice is of, for screen readers. */
  readonly label: string;
  /** Those that can be chosen, with their places in the race. */
  readonly contestants: readonly (Pick<Contestant, 'name' | 'colour'> & {readonly index: number})[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

/** One of the contestants, chosen by its line. A single one is only named. */
export function ContestantChoice({label, contestants, chosen, onChoose}: Props) {
  if (contestants.length === 1) {
    const [{name, colour, index}] = contestants;
    return (
      <p className="contestant-choice">
        <Swatch colour={colour} index={index} width={20} /> <b>{name}</b>
      </p>
    );
  }
  return (
    <fieldset className="contestant-choice">
      <legend className="visually-hidden">{label}</legend>
      {contestants.map(({name, colour, index}) => (
        <button key={index} type="button" aria-pressed={index === chosen} title={name} onClick={() => onChoose(index)}>
          <Swatch colour={colour} index={index} width={20} /> <span>{name}</span>
        </button>
      ))}
    </fieldset>
  );
}

import {type KeyboardEvent, useEffect, useState} from 'react';
import {count} from '../format.ts';
import {IconButton} from '../widgets/IconButton.tsx';

interface Props {
  /** From 0. */
  readonly value: number;
  readonly total: number;
  readonly onChange: (value: number) => void;
}

/** One of many samples: the one before, the one after, or by its number (from 1). */
export function Stepper({value, total, onChange}: Props) {
  const [text, setText] = useState(String(value + 1));
  useEffect(() => setText(String(value + 1)), [value]);
  const commit = (): void => {
    const typed = Math.round(Number(text));
    const next = Number.isFinite(typed) && text.trim() !== '' ? Math.min(Math.max(typed, 1), total) : value + 1;
    setText(String(next));
    if (next !== value + 1) onChange(next - 1);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') commit();
  };
  return (
    <span className="stepper">
      <IconButton icon="left" label="Previous example" size={26} disabled={value === 0} onClick={() => onChange(value - 1)} />
      <input className="stepper-number figure" aria-label="Number of the example" inputMode="numeric" value={text} onChange={(event) => setText(event.currentTarget.value)} onBlur={commit} onKeyDown={onKey} />
      <span className="faint figure">of {count(total)}</span>
      <IconButton icon="right" label="Next example" size={26} disabled={value >= total - 1} onClick={() => onChange(value + 1)} />
    </span>
  );
}

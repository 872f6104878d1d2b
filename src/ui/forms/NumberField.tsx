import {Slider, TextInput} from '@mantine/core';
import {type KeyboardEvent, useId, useLayoutEffect, useMemo, useState} from 'react';
import type {NumberParam} from '../../core/params.ts';
import {number} from '../format.ts';
import {FieldLabel} from './FieldLabel.tsx';
import {ladderOf, notchesOf} from './ladder.ts';

interface Props {
  readonly spec: Pick<
    NumberParam,
    'label' | 'help' | 'min' | 'max' | 'integer' | 'scale' | 'step' | 'default' | 'symbol' | 'unit'
  >;
  readonly value: number;
  readonly onCommit: (value: number) => void;
  readonly slider?: boolean;
}

/** A number as typed: `0.003`, `3e-3`, a decimal comma; NaN when it is none. */
const parseNumber = (text: string): number => {
  const trimmed = text.trim().replace(',', '.').replace('\u2212', '-');
  return trimmed === '' ? Number.NaN : Number(trimmed);
};

/** A text box for exact values beside a slider for quick ones. Nothing is committed while a drag or a word is unfinished. */
export function NumberField({spec, value, onCommit, slider = true}: Props) {
  const id = useId();
  const [text, setText] = useState(String(value));
  const [wrong, setWrong] = useState(false);
  // Before it is painted: what was committed must not flash back to the value before.
  useLayoutEffect(() => {
    setText(String(value));
    setWrong(false);
  }, [value]);

  const commitText = (): void => {
    const typed = parseNumber(text);
    setWrong(!Number.isFinite(typed));
    if (!Number.isFinite(typed)) return;
    setText(String(value));
    if (typed !== value) onCommit(typed);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') commitText();
    if (event.key === 'Escape') {
      event.preventDefault();
      setText(String(value));
      setWrong(false);
    }
  };
  return (
    <div className="field">
      <FieldLabel htmlFor={id} label={spec.label} help={spec.help} symbol={spec.symbol} />
      <TextInput
        id={id}
        className="field-number"
        size="xs"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        rightSection={spec.unit ? <span className="faint">{spec.unit}</span> : undefined}
        error={wrong ? 'not a number' : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commitText}
        onKeyDown={onKey}
      />
      {slider && <NumberSlider spec={spec} value={value} onCommit={onCommit} />}
    </div>
  );
}

/** On a log scale the slider counts notches of the ladder, else it counts the value itself. */
function NumberSlider({spec, value, onCommit}: Props) {
  const ladder = useMemo(() => (spec.scale === 'log' ? notchesOf(ladderOf(spec), value) : null), [spec, value]);
  const [held, setHeld] = useState<number | null>(null);
  const step = spec.step ?? (spec.integer ? 1 : (spec.max - spec.min) / 100);
  const shown = (at: number): string => number(ladder ? ladder[at] : at);
  return (
    <Slider
      className="field-slider"
      size={3}
      thumbSize={14}
      min={ladder ? 0 : spec.min}
      max={ladder ? ladder.length - 1 : spec.max}
      step={ladder ? 1 : step}
      value={held ?? (ladder ? ladder.indexOf(value) : value)}
      label={shown}
      thumbLabel={spec.label}
      thumbValueText={shown}
      onChange={setHeld}
      onChangeEnd={(at) => {
        // What was committed may be refused, and the notches change with the value: from here on the value decides.
        setHeld(null);
        onCommit(ladder ? ladder[at] : at);
      }}
    />
  );
}

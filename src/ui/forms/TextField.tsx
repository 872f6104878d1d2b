import {TextInput} from '@mantine/core';
import {type KeyboardEvent, useId, useLayoutEffect, useState} from 'react';
import type {TextParam} from '../../core/params.ts';
import {FieldLabel} from './FieldLabel.tsx';

interface Props {
  readonly spec: TextParam;
  readonly value: string;
  readonly onCommit: (value: string) => void;
}

/** A line of text. What is wrong with it stands below while it is typed; only a sound text is committed, by Enter or on leaving. */
export function TextField({spec, value, onCommit}: Props) {
  const id = useId();
  const [text, setText] = useState(value);
  useLayoutEffect(() => setText(value), [value]);
  const fault = spec.check?.(text) ?? null;

  const commit = (): void => {
    if (fault === null && text !== value) onCommit(text);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') {
      event.preventDefault();
      setText(value);
    }
  };
  return (
    <div className="field">
      <FieldLabel htmlFor={id} label={spec.label} help={spec.help} />
      <TextInput
        id={id}
        className="field-text"
        size="xs"
        autoComplete="off"
        spellCheck={false}
        maxLength={spec.maxLength}
        value={text}
        error={fault === null ? undefined : `${spec.label} ${fault}`}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={onKey}
      />
    </div>
  );
}

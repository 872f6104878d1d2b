import {Textarea} from '@mantine/core';
import {useEffect, useId, useState} from 'react';
import {FieldLabel} from './FieldLabel.tsx';

export type Rows = readonly (readonly number[])[];

interface Props {
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  readonly rows: Rows;
  /** What else must hold of a row: the reason against it, or null. */
  readonly checkRow?: (row: readonly number[], first: readonly number[]) => string | null;
  readonly onCommit: (rows: Rows) => void;
}

type Parsed = {readonly rows: Rows} | {readonly reason: string};

const textOf = (rows: Rows): string => rows.map((row) => row.join(', ')).join('\n');

/** One row a line, numbers separated by commas, semicolons, tabs or spaces. */
function parseRows(text: string, checkRow: Props['checkRow']): Parsed {
  const rows: number[][] = [];
  for (const [line, content] of text.split('\n').entries()) {
    if (!content.trim()) continue;
    const cells = content
      .trim()
      .split(/\s*[,;\t]\s*|\s+/)
      .filter(Boolean);
    const row = cells.map(Number);
    const wrong = row.findIndex((cell) => !Number.isFinite(cell));
    if (wrong >= 0) return {reason: `Line ${line + 1}: "${cells[wrong]}" is not a number. Nothing was changed.`};
    rows.push(row);
    if (row.length !== rows[0].length) {
      return {reason: `Line ${line + 1} has ${row.length} numbers, the first has ${rows[0].length}. Nothing was changed.`};
    }
    const reason = checkRow?.(row, rows[0]);
    if (reason) return {reason: `Line ${line + 1}: ${reason} Nothing was changed.`};
  }
  return {rows};
}

/** Numbers as text; committed when the box is left, refused with the line that is at fault. */
export function TableField({label, help, placeholder, rows, checkRow, onCommit}: Props) {
  const id = useId();
  const [text, setText] = useState(() => textOf(rows));
  const [reason, setReason] = useState<string | null>(null);
  useEffect(() => {
    setText(textOf(rows));
    setReason(null);
  }, [rows]);
  const commit = (): void => {
    const parsed = parseRows(text, checkRow);
    setReason('reason' in parsed ? parsed.reason : null);
    if ('rows' in parsed && text !== textOf(rows)) onCommit(parsed.rows);
  };
  return (
    <div className="field field-table">
      <FieldLabel htmlFor={id} label={label} help={help} />
      <Textarea
        id={id}
        size="xs"
        rows={6}
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        error={reason}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
      />
      <button type="button" className="toggle" onClick={commit}>
        Apply
      </button>
    </div>
  );
}

import {NativeSelect, Switch} from '@mantine/core';
import {useId} from 'react';
import {
  applies,
  type ChoiceParam,
  type FlagParam,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
  type ParamValues,
} from '../../core/params.ts';
import {assertNever} from '../../core/result.ts';
import {FieldLabel} from './FieldLabel.tsx';
import {NumberField} from './NumberField.tsx';
import {type Rows, TableField} from './TableField.tsx';
import {TextField} from './TextField.tsx';

interface Props {
  readonly specs: ParamSpecs;
  readonly values: ParamValues;
  readonly onCommit: (key: string, value: ParamValue) => void;
  /** Parameters that another control looks after. */
  readonly except?: readonly string[];
}

/** A form made from parameter descriptions: what does not apply now is not shown. */
export function ParamForm({specs, values, onCommit, except = []}: Props) {
  const shown = Object.entries(specs).filter(([key, spec]) => !except.includes(key) && applies(spec, values));
  return (
    <div className="form">
      {shown.map(([key, spec]) => (
        <ParamField key={key} spec={spec} value={values[key] ?? spec.default} onCommit={(value) => onCommit(key, value)} />
      ))}
    </div>
  );
}

interface FieldProps<S extends ParamSpec> {
  readonly spec: S;
  readonly value: ParamValue;
  readonly onCommit: (value: ParamValue) => void;
}

function ParamField({spec, value, onCommit}: FieldProps<ParamSpec>) {
  switch (spec.kind) {
    case 'number':
      return <NumberField spec={spec} value={Number(value)} onCommit={onCommit} />;
    case 'choice':
      return <ChoiceField spec={spec} value={value} onCommit={onCommit} />;
    case 'flag':
      return <FlagField spec={spec} value={value} onCommit={onCommit} />;
    case 'table': {
      const rows = value as Rows;
      // An empty table means "none given": offered only where there is something to show.
      if (rows.length === 0) return null;
      return <TableField label={spec.label} help={spec.help} placeholder="1, 0" rows={rows} onCommit={onCommit} />;
    }
    case 'list': {
      const list = value as readonly number[];
      if (list.length === 0) return null;
      return (
        <TableField
          label={spec.label}
          help={spec.help}
          placeholder="1"
          rows={list.map((one) => [one])}
          onCommit={(rows) => onCommit(rows.map((row) => row[0]))}
        />
      );
    }
    case 'text':
      return <TextField spec={spec} value={String(value)} onCommit={onCommit} />;
    default:
      return assertNever(spec);
  }
}

function ChoiceField({spec, value, onCommit}: FieldProps<ChoiceParam>) {
  const id = useId();
  return (
    <div className="field">
      <FieldLabel htmlFor={id} label={spec.label} help={spec.help} />
      <NativeSelect
        id={id}
        className="field-choice"
        size="xs"
        title={spec.options.find((option) => option.value === value)?.label}
        value={String(value)}
        data={spec.options.map((option) => ({value: option.value, label: option.label}))}
        onChange={(event) => onCommit(event.currentTarget.value)}
      />
    </div>
  );
}

function FlagField({spec, value, onCommit}: FieldProps<FlagParam>) {
  const id = useId();
  return (
    <div className="field">
      <FieldLabel htmlFor={id} label={spec.label} help={spec.help} />
      <Switch id={id} size="xs" checked={value === true} onChange={(event) => onCommit(event.currentTarget.checked)} />
    </div>
  );
}

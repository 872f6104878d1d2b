import {applies, type ParamSpec, type ParamSpecs, type ParamValue, type ParamValues} from '../../core/params.ts';
import type {Change} from '../../state/changes.ts';
import {number} from '../format.ts';
import {Tex} from '../widgets/Tex.tsx';

interface SummaryProps {
  readonly specs: ParamSpecs;
  readonly values: ParamValues;
  readonly most: number;
  /** Leaves out settings without a symbol that are as usual. */
  readonly terse?: boolean;
}

/** The first settings that matter, by symbol where they have one: "η 0.1  B 64". */
export function Summary({specs, values, most, terse = false}: SummaryProps) {
  return Object.entries(specs)
    .filter(([key, spec]) => spec.kind === 'number' && applies(spec, values) && (!terse || spec.symbol !== undefined || values[key] !== spec.default))
    .slice(0, most)
    .map(([key, spec]) => (
      <span key={key} title={spec.label}>
        {spec.kind === 'number' && spec.symbol ? <Tex source={spec.symbol} /> : spec.label}{' '}
        {number(Number(values[key] ?? spec.default))}
      </span>
    ));
}

/** What tells a contestant from the others: "norms before f  Δt 0.1". */
export function ChangeList({changes}: {readonly changes: readonly Change[]}) {
  return changes.map(({group, key, spec, value}) => (
    <span key={`${group} ${key}`} title={spec.label}>
      {spec.kind === 'number' && spec.symbol ? <Tex source={spec.symbol} /> : spec.label} <span className="change-value">{valueText(spec, value)}</span>
    </span>
  ));
}

/** A parameter's value as the form shows it. */
function valueText(spec: ParamSpec, value: ParamValue): string {
  switch (spec.kind) {
    case 'number':
      return number(Number(value));
    case 'choice':
      return spec.options.find((option) => option.value === value)?.label ?? String(value);
    case 'flag':
      return value === true ? 'on' : 'off';
    case 'text':
      return String(value);
    case 'table':
    case 'list':
      return `${(value as readonly unknown[]).length} rows`;
  }
}

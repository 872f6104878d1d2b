import {useState} from 'react';
import {applies, type ParamSpecs, type ParamValue, type ParamValues} from '../../core/params.ts';
import type {Change} from '../../state/changes.ts';
import {ParamForm} from '../forms/ParamForm.tsx';

interface Props {
  /** Of a form that is not split. */
  readonly title: string;
  readonly specs: ParamSpecs;
  readonly values: ParamValues;
  /** What tells the contestant from the others. */
  readonly changes: readonly Change[];
  readonly onCommit: (key: string, value: ParamValue) => void;
}

/** From this many parameters on, those that differ stand first. */
const LONG = 6;

/**
 * A contestant's network. In a long form what tells it from the others comes first; which that is is decided when the
 * form opens, so that no field moves away under the hand that changes it.
 */
export function ModelForm({title, specs, values, changes, onCommit}: Props) {
  const [differing] = useState(() => new Set(changes.filter(({group}) => group === 'model').map(({key}) => key)));
  const isLong = Object.values(specs).filter((spec) => applies(spec, values)).length >= LONG;
  // What appears with a differing parameter's value belongs beside it.
  const isFirst = (key: string): boolean => differing.has(key) || differing.has(specs[key].when?.param ?? '');
  const part = (first: boolean): ParamSpecs => Object.fromEntries(Object.entries(specs).filter(([key]) => isFirst(key) === first));
  if (!isLong || differing.size === 0) {
    return (
      <>
        <h3>{title}</h3>
        <ParamForm specs={specs} values={values} onCommit={onCommit} />
      </>
    );
  }
  return (
    <>
      <h3>Changes in its network</h3>
      <ParamForm specs={part(true)} values={values} onCommit={onCommit} />
      <details className="more">
        <summary>What it has in common with others</summary>
        <ParamForm specs={part(false)} values={values} onCommit={onCommit} />
      </details>
    </>
  );
}

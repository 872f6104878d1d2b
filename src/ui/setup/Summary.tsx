import {applies, type ParamSpecs, type ParamValues} from '../../core/params.ts';
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

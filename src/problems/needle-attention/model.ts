import type {RetrievalLayout} from '../../core/data.ts';
import type {ParamValues, ValuesOf} from '../../core/params.ts';
import type {needleModel} from './spec.ts';

/** Units of the gate's hidden layer. */
const GATE_UNITS = 8;

type Shapes = Readonly<Record<string, readonly number[]>>;
export type Attention = 'softmax' | 'temperature' | 'position' | 'token' | 'sum' | 'product' | 'soft';

/** A contestant's own network; what does not apply to its kind of attention is at rest. */
export interface NeedleModel {
  readonly attention: Attention;
  /** T of softmax(z / T), or where a learned one starts; 1 for the others. */
  readonly temperature: number;
  /** Units of the token gate's hidden layer, 0 for a linear gate, null where there is none. */
  readonly gateUnits: number | null;
  /** Whether alpha weighs ln n. */
  readonly usesPosition: boolean;
  /** Whether the Gaussian weights of SOFT are divided by their sum. */
  readonly normalised: boolean;
  readonly heads: number;
  /** ReLU units beside the linear query. */
  readonly queryUnits: number;
}

/** Selective attention, whose inverse temperature depends on the query or on n. */
export const isSelective = (attention: Attention): attention is 'position' | 'token' | 'sum' | 'product' =>
  attention === 'position' || attention === 'token' || attention === 'sum' || attention === 'product';

export function modelOf(params: ParamValues): NeedleModel {
  const {temperature, gate, normalise, heads, queryUnits, ...rest} = params as ValuesOf<typeof needleModel>;
  const attention = rest.attention as Attention;
  const gated = isSelective(attention) && attention !== 'position';
  return {
    attention,
    temperature: attention === 'softmax' || attention === 'temperature' ? temperature : 1,
    gateUnits: gated ? (gate === 'linear' ? 0 : GATE_UNITS) : null,
    usesPosition: isSelective(attention) && attention !== 'token',
    normalised: attention !== 'soft' || normalise === 'rows',
    heads,
    queryUnits,
  };
}

/** Networks whose names agree are points of one space with one J. */
export const kinOf = (model: NeedleModel): string => JSON.stringify(model);

/** Variables in the order of snapshots; matrices are [in, out], a head's columns (rows of `out`) side by side. */
export function shapesOf({attention, gateUnits, usesPosition, queryUnits, heads}: NeedleModel, {keyWidth, flags, valueWidth}: RetrievalLayout): Shapes {
  const asked = keyWidth + flags;
  return {
    q: [asked, heads * keyWidth],
    k: [keyWidth, heads * keyWidth],
    v: [valueWidth, heads * valueWidth],
    out: [heads * valueWidth, valueWidth],
    ...(queryUnits > 0 ? {queryIn: [asked, queryUnits], queryBias: [queryUnits], queryOut: [queryUnits, heads * keyWidth]} : {}),
    ...(gateUnits !== null && gateUnits > 0 ? {gateIn: [asked, gateUnits], gateInBias: [gateUnits]} : {}),
    ...(gateUnits !== null ? {gate: [gateUnits || asked, 1], gateBias: [1]} : {}),
    ...(usesPosition ? {alpha: [1]} : {}),
    ...(attention === 'temperature' ? {logTemperature: [1]} : {}),
  };
}

/** Not decayed: biases and the two scalars. */
export const BIASES: readonly string[] = ['queryBias', 'gateInBias', 'gateBias', 'alpha', 'logTemperature'];

import type {ParamValues} from '../../core/params.ts';

/** How a network attends, with the parameters that its kind has. */
export type AttentionChoice =
  | {readonly kind: 'softmax'; readonly temperature: number}
  | {readonly kind: 'selective'; readonly form: 'sum' | 'product' | 'token' | 'position'}
  | {readonly kind: 'soft'; readonly norm: 'none' | 'row' | 'sym'}
  | {readonly kind: 'nystrom'; readonly landmarks: number};

/** What a transformer computes beside its weights; two of equal design and shapes are one function of the weights. */
export interface Design {
  readonly heads: number;
  readonly placement: 'none' | 'pre' | 'post' | 'peri';
  readonly norm: 'layer' | 'rms';
  /** Residual step dt. */
  readonly step: number;
  readonly attention: AttentionChoice;
}

function oneOf<T extends string>(model: ParamValues, name: string, values: readonly T[]): T {
  const found = values.find((value) => value === model[name]);
  if (found === undefined) throw new Error(`the network's parameter "${name}" is "${String(model[name])}"; it must be one of ${values.join(', ')}`);
  return found;
}

function attentionOf(model: ParamValues): AttentionChoice {
  const kind = oneOf(model, 'attention', ['softmax', 'selective', 'soft', 'nystrom']);
  switch (kind) {
    case 'softmax':
      return {kind, temperature: Number(model.temperature)};
    case 'selective':
      return {kind, form: oneOf(model, 'temperatureForm', ['sum', 'product', 'token', 'position'])};
    case 'soft':
      return {kind, norm: oneOf(model, 'softNorm', ['none', 'row', 'sym'])};
    case 'nystrom':
      return {kind, landmarks: Number(model.landmarks)};
  }
}

/** The design that a contestant's parameters name. */
export function designOf(model: ParamValues): Design {
  const placement = oneOf(model, 'placement', ['none', 'pre', 'post', 'peri']);
  return {
    heads: Number(model.heads),
    placement,
    norm: placement === 'none' ? 'layer' : oneOf(model, 'norm', ['layer', 'rms']),
    step: model.step === 'root' ? 1 / Math.sqrt(Number(model.depth)) : Number(model.residualStep),
    attention: attentionOf(model),
  };
}

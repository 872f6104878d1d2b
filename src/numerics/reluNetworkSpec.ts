import type {ParamSpecs} from '../core/params.ts';

/** A contestant's own two-layer network. */
export const reluNetworkParams = {
  width: {
    kind: 'number',
    label: 'neurons',
    symbol: 'm',
    help: 'Hidden units of this contestant\'s network. Equal widths start from equal weights.',
    default: 50,
    min: 1,
    max: 1000,
    integer: true,
    scale: 'log',
  },
  initScale: {
    kind: 'number',
    label: 'initial scale',
    symbol: '\\sigma_0',
    help: 'Multiplies the initial weights, which are normal with variance 2 / (inputs + 1) in the first layer and 1 / neurons in the second. Small values learn features first, large ones barely move.',
    default: 1,
    min: 0.01,
    max: 10,
    scale: 'log',
  },
} as const satisfies ParamSpecs;

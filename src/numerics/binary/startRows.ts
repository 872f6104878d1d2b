import type {ParamSpecs, ParamValues} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {atRank, randomRows, type Rows, rowsAtAngles, rowsOfSigns, twistedAngles} from './rows.ts';

/** Where a relaxation starts; shared by the solvers that have one. */
export const startParams = {
  start: {
    kind: 'choice',
    label: 'start',
    help: 'Where the rows of V begin. Random starts rarely get stuck; the others show how a small rank does. A start of lower rank than asked for is widened by small further columns.',
    default: 'random',
    options: [
      {value: 'random', label: 'random'},
      {value: 'twisted', label: 'twisted ring', help: 'Angles that turn round the circle: at rank 2 the ring instances stay twisted.'},
      {value: 'angles', label: 'given angles'},
      {value: 'signs', label: 'given weights', help: 'Rank 1: the weights themselves.'},
    ],
  },
  turns: {
    kind: 'number',
    label: 'turns',
    symbol: 'q',
    help: 'How often the angles 2 pi q i / (p + 1) go round, each shifted by 0.05 to one side or the other in turn.',
    default: 1,
    min: 1,
    max: 20,
    integer: true,
    scale: 'linear',
    step: 1,
    when: {param: 'start', is: ['twisted']},
  },
  angles: {
    kind: 'list',
    label: 'angles',
    help: 'One angle for the head and one for each weight, in radians.',
    default: [],
    maxRows: 501,
    when: {param: 'start', is: ['angles']},
  },
  signs: {
    kind: 'list',
    label: 'weights',
    help: 'One number for each weight, of which the sign counts.',
    default: [],
    maxRows: 500,
    when: {param: 'start', is: ['signs']},
  },
} as const satisfies ParamSpecs;

function fitting(values: readonly number[], wanted: number, what: string): readonly number[] {
  if (values.length === wanted) return values;
  throw new Error(`the start has ${values.length} ${what}, but ${wanted} are needed here; give as many or choose another start`);
}

/** The start that the parameters name, p + 1 rows of length `rank`. */
export function startRows(params: ParamValues, p: number, rank: number, seed: number): Rows {
  switch (params.start) {
    case 'twisted':
      return atRank(rowsAtAngles(twistedAngles(p + 1, Number(params.turns))), rank);
    case 'angles':
      return atRank(rowsAtAngles(fitting(params.angles as readonly number[], p + 1, 'angles')), rank);
    case 'signs':
      return atRank(rowsOfSigns(fitting(params.signs as readonly number[], p, 'weights')), rank);
    default:
      return randomRows(p + 1, rank, randomStream(seed, 'rows'));
  }
}

import {z} from 'zod';
import {MOST_BASIN_ITERATIONS, MOST_BASIN_SIDE} from './basins.ts';
import {checked, type Experiment, MAX_CONTESTANTS, PLANES} from './experiment.ts';
import {NO_GROUP, type ParamValues, schemaOf} from './params.ts';
import {failure, type Result, success} from './result.ts';
import {MOST_SWEEP_POINTS, SWEEP_POINTS, SWEEP_REACH} from './sweep.ts';
import {THEORY_PARAMS, THEORY_SUBJECTS} from './theory.ts';

/**
 * What a headless run can be asked to look at besides the race: the list `instruments` of a config. It is no part of the experiment, so no
 * link holds it.
 */
const MAPS = PLANES.filter((plane) => plane !== 'line');

/** Whole numbers and their range as one message. */
function whole(least: number, most: number, what = 'a whole number') {
  const message = `must be ${what} from ${least} to ${most}`;
  return z.number({error: message}).int(message).min(least, message).max(most, message);
}
const place = whole(0, MAX_CONTESTANTS - 1, 'the index of a contestant,');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) => z.enum(values, {error: `must be one of ${values.map((value) => `"${value}"`).join(', ')}`});
const REACH = 'must be a number from 1.1 to 10000';

/** The fields of each kind. */
export const INSTRUMENT_SHAPES = {
  landscape: z.strictObject({
    plane: oneOf(MAPS as unknown as readonly ['contestants', ...(typeof MAPS)[number][]]).default('contestants'),
    contestant: place.default(0),
    seed: whole(0, 4294967295).default(1),
    side: whole(2, 161).default(41),
  }),
  line: z.strictObject({contestant: place.default(0), to: place.default(1)}),
  sharpness: z.strictObject({}),
  curvature: z.strictObject({contestant: place.default(0)}),
  gradientCheck: z.strictObject({contestant: place.default(0)}),
  sweep: z.strictObject({contestant: place.default(0), rates: whole(2, MOST_SWEEP_POINTS).default(SWEEP_POINTS), reach: z.number({error: REACH}).min(1.1, REACH).max(10000, REACH).default(SWEEP_REACH)}),
  basins: z.strictObject({contestant: place.default(0), side: whole(2, MOST_BASIN_SIDE).default(41), iterations: whole(1, MOST_BASIN_ITERATIONS).default(500)}),
  momentum: z.strictObject({}),
  theory: z.strictObject({subject: oneOf(THEORY_SUBJECTS), params: z.custom<ParamValues>((value) => typeof value === 'object' && value !== null, {error: NO_GROUP}).default({})}),
} as const;

export const INSTRUMENT_KINDS = Object.keys(INSTRUMENT_SHAPES) as readonly InstrumentKind[];
export type InstrumentKind = keyof typeof INSTRUMENT_SHAPES;
export type InstrumentRequest = {[K in InstrumentKind]: {readonly kind: K} & Readonly<z.infer<(typeof INSTRUMENT_SHAPES)[K]>>}[InstrumentKind];
export type RequestOf<K extends InstrumentKind> = Extract<InstrumentRequest, {readonly kind: K}>;

/** At most so many in one config. */
export const MOST_INSTRUMENTS = 32;

/** Turns the list of a config into requests; the first fault found is returned with the field's path. */
export function parseInstruments(json: unknown, experiment: Experiment): Result<readonly InstrumentRequest[]> {
  if (json === undefined) return success([]);
  if (!Array.isArray(json)) return failure('instruments', 'must be a list, such as [{"kind": "curvature"}]');
  if (json.length > MOST_INSTRUMENTS) return failure('instruments', `has room for ${MOST_INSTRUMENTS}`);
  const requests: InstrumentRequest[] = [];
  for (const [i, one] of json.entries()) {
    const request = parseOne(one, `instruments[${i}]`, experiment);
    if (!request.ok) return request;
    requests.push(request.value);
  }
  return success(requests);
}

/** What an instrument can't look at here, found before the race takes its time. */
function misplaced(request: InstrumentRequest, at: string, {problem, contestants}: Experiment): Result<never> | null {
  switch (request.kind) {
    case 'basins':
    case 'momentum':
      return problem.id === 'surface' ? null : failure(`${at}.kind`, `"${request.kind}" is made for surfaces; the problem here is "${problem.id}"`);
    case 'sweep':
      return 'learningRate' in contestants[request.contestant].solver.params ? null : failure(`${at}.contestant`, 'has no learning rate to sweep; name another one');
    case 'line':
      return contestants.length > 1 && request.contestant !== request.to ? null : failure(`${at}.to`, 'must be another contestant than the one the line starts from');
    default:
      return null;
  }
}

function parseOne(json: unknown, at: string, experiment: Experiment): Result<InstrumentRequest> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return failure(at, 'must be an object with a "kind"');
  const {contestants} = experiment;
  const {kind: wanted, ...fields}: {kind?: unknown} = json;
  const kind = INSTRUMENT_KINDS.find((known) => known === wanted);
  if (!kind) return failure(`${at}.kind`, `${wanted === undefined ? 'is missing' : `${JSON.stringify(wanted)} is unknown`}; choose one of ${INSTRUMENT_KINDS.join(', ')}`);
  const parsed = checked<object>(INSTRUMENT_SHAPES[kind], fields, at);
  if (!parsed.ok) return parsed;
  const request = {kind, ...parsed.value} as InstrumentRequest;
  for (const [field, value] of Object.entries(request)) {
    if ((field === 'contestant' || field === 'to') && value >= contestants.length) return failure(`${at}.${field}`, `must be the index of a contestant, 0 to ${contestants.length - 1}`);
  }
  const fault = misplaced(request, at, experiment);
  if (fault) return fault;
  if (request.kind !== 'theory') return success(request);
  const params = checked(schemaOf(THEORY_PARAMS[request.subject]), request.params, `${at}.params`);
  return params.ok ? success({...request, params: params.value}) : params;
}

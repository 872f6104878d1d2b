import {deflateSync, Inflate} from 'fflate';
import {type Choice, DEFAULT_VIEW, type Experiment, parseExperiment} from './experiment.ts';
import {DICTIONARIES} from './linkDictionary.ts';
import {migrate} from './migrations.ts';
import {defaultsOf, type ParamSpecs} from './params.ts';
import type {Catalogue} from './plugin.ts';
import {type BackendRequest, BACKENDS} from './protocol.ts';
import {failure, type Result, success} from './result.ts';
import {THEORY_SPECS} from './theory.ts';

/**
 * Links are fragments `#4.PAYLOAD` or `#4.PAYLOAD&backend=wasm`: a codec version, then the experiment as JSON, deflated
 * against that version's frozen dictionary, followed by a checksum of the JSON, and base64url-coded. Codecs 1 to 3 sent every
 * parameter; 4 leaves out those at their default. Released defaults never change (a test holds them to a frozen list), so that
 * an old link means what it did; who must change one raises EXPERIMENT_VERSION and writes the old value into a migration.
 * Without the checksum, one in seventy single wrong characters would open another experiment. `#preset=ID` opens a preset.
 */
export const CODEC_VERSION = 4;
export const MAX_LINK_CHARACTERS = 8192;
const MAX_JSON_BYTES = 200_000;

export interface LinkContent {
  readonly experiment: {readonly kind: 'none'} | {readonly kind: 'preset'; readonly id: string} | {readonly kind: 'full'; readonly experiment: Experiment};
  readonly backend: BackendRequest;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

const DAMAGED = failure('link', 'is damaged or cut off; copy it again in full');
const TOO_LARGE = failure('link', `unpacks to more than ${MAX_JSON_BYTES} characters; send the experiment as a file`);

/** Inflates at most MAX_JSON_BYTES, so that a small hostile link can't fill the memory. */
function inflateBounded(bytes: Uint8Array, dictionary: Uint8Array): Result<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const stream = new Inflate({dictionary}, (part, final) => {
    size += part.length;
    if (size > MAX_JSON_BYTES) throw new Error('too large');
    parts.push(part);
    ended = final;
  });
  try {
    // Small pushes bound what one of them can inflate to before the check above sees it.
    for (let at = 0; at < bytes.length; at += 64) stream.push(bytes.subarray(at, at + 64), at + 64 >= bytes.length);
  } catch {
    return size > MAX_JSON_BYTES ? TOO_LARGE : DAMAGED;
  }
  return ended ? success(concat(parts, size)) : DAMAGED;
}

const CHECK_BYTES = 3;

/** 24 bits of the 32-bit FNV-1a hash. */
function checksum(bytes: Uint8Array): Uint8Array {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return Uint8Array.of(hash >>> 24, hash >>> 16, hash >>> 8);
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const same = (a: unknown, b: unknown): boolean => a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** The values that are not at their default. */
const apart = (values: Readonly<Record<string, unknown>>, defaults: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([key, value]) => !same(value, defaults[key])));

const chosen = ({id, params}: Choice, table: Readonly<Record<string, {readonly params: ParamSpecs}>>): unknown => ({id, params: apart(params, defaultsOf(table[id].params))});

/** The experiment without what parseExperiment fills in. */
function terse({view, certificate, contestants, ...rest}: Experiment, {datasets, problems, solvers}: Catalogue): unknown {
  const model = defaultsOf(problems[rest.problem.id].model);
  const {subject, params} = view.theory;
  const theory = {subject, params: apart(params, defaultsOf(THEORY_SPECS[subject]))};
  return {
    ...rest,
    dataset: chosen(rest.dataset, datasets),
    problem: chosen(rest.problem, problems),
    contestants: contestants.map(({solver, ...one}) => ({name: one.name, colour: one.colour, solver: chosen(solver, solvers), model: apart(one.model, model)})),
    ...(certificate ? {certificate} : {}),
    view: apart({...view, theory}, {...DEFAULT_VIEW}),
  };
}

/** The fragment (without `#`) that reproduces the experiment. */
export function encodeLink(experiment: Experiment, catalogue: Catalogue): string {
  const dictionary = new TextEncoder().encode(DICTIONARIES[CODEC_VERSION]);
  const bytes = new TextEncoder().encode(JSON.stringify(terse(experiment, catalogue)));
  const deflated = deflateSync(bytes, {level: 9, mem: 12, dictionary});
  return `${CODEC_VERSION}.${toBase64Url(concat([deflated, checksum(bytes)], deflated.length + CHECK_BYTES))}`;
}

function unpack(text: string, dictionary: string): Result<unknown> {
  const packed = fromBase64Url(text);
  if (!packed || packed.length <= CHECK_BYTES) return DAMAGED;
  const bytes = inflateBounded(packed.subarray(0, -CHECK_BYTES), new TextEncoder().encode(dictionary));
  if (!bytes.ok) return bytes;
  const expected = packed.subarray(-CHECK_BYTES);
  if (checksum(bytes.value).some((byte, i) => byte !== expected[i])) return DAMAGED;
  try {
    return success(JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes.value)));
  } catch {
    return DAMAGED;
  }
}

/** The fragment, or a fault where own data make it larger than a link may be. */
export function linkOf(experiment: Experiment, catalogue: Catalogue): Result<string> {
  const tooLong = failure('link', 'would be too long: there are too many own points. Some hundreds fit; send larger data as a file beside the link');
  // Checked first, as packing megabytes takes a second.
  if (JSON.stringify(experiment).length > MAX_JSON_BYTES) return tooLong;
  const link = encodeLink(experiment, catalogue);
  return link.length > MAX_LINK_CHARACTERS ? tooLong : success(link);
}

function decodePayload(text: string, catalogue: Catalogue): Result<Experiment> {
  const [, version, payload] = /^(\d{1,6})\.(.*)$/s.exec(text) ?? [];
  if (version === undefined) return failure('link', 'is not a Basin link; copy it again in full');
  const dictionary = DICTIONARIES[Number(version)];
  if (dictionary === undefined) return failure('link version', `${version} is unknown to this Basin; open it with a newer one`);
  const parsed = unpack(payload, dictionary);
  if (!parsed.ok) return parsed;
  const current = migrate(parsed.value);
  return current.ok ? parseExperiment(current.value, catalogue) : current;
}

/** Reads a fragment, with or without its `#`. Untrusted: every failure is a sentence, never an exception. */
export function decodeLink(fragment: string, catalogue: Catalogue): Result<LinkContent> {
  const text = fragment.replace(/^#/, '');
  if (text.length > MAX_LINK_CHARACTERS) return failure('link', `is longer than ${MAX_LINK_CHARACTERS} characters; send the experiment as a file`);
  let backend: BackendRequest | null = null;
  let experiment: LinkContent['experiment'] | null = null;
  for (const piece of text.split('&').filter((one) => one !== '')) {
    if (piece.startsWith('backend=')) {
      if (backend) return failure('backend', 'is given twice; keep one');
      const name = piece.slice('backend='.length);
      const known = (['auto', ...BACKENDS] as const).find((one) => one === name);
      if (!known) return failure('backend', `must be one of auto, ${BACKENDS.join(', ')}`);
      backend = known;
      continue;
    }
    if (experiment) return failure('link', 'names more than one experiment; keep one');
    if (piece.startsWith('preset=')) {
      experiment = {kind: 'preset', id: piece.slice('preset='.length)};
    } else {
      const decoded = decodePayload(piece, catalogue);
      if (!decoded.ok) return decoded;
      experiment = {kind: 'full', experiment: decoded.value};
    }
  }
  return success({experiment: experiment ?? {kind: 'none'}, backend: backend ?? 'auto'});
}

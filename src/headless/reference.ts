import {readFileSync} from 'node:fs';
import {failure, type Result} from '../core/result.ts';
import {compareBinary} from './references/binary.ts';
import {compareConvex} from './references/convex.ts';
import {compareSoftmax} from './references/softmax.ts';
import type {CompareReference, Comparison} from './references/types.ts';

const USAGE = 'usage: npm run -s reference -- FILE';
/** By the file's `meta.kind`. */
const KINDS: Readonly<Record<string, CompareReference>> = {convex: compareConvex, binary: compareBinary, softmax: compareSoftmax};

function open(path: string | undefined): Result<Iterable<Comparison> | AsyncIterable<Comparison>> {
  if (path === undefined) return failure('arguments', `name a reference file\n${USAGE}`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return failure(path, `could not be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const meta = typeof json === 'object' && json !== null && 'meta' in json ? json.meta : null;
  const kind = typeof meta === 'object' && meta !== null && 'kind' in meta ? String(meta.kind) : '';
  if (!Object.hasOwn(KINDS, kind)) return failure('meta.kind', `is "${kind}"; known are ${Object.keys(KINDS).map((one) => `"${one}"`).join(', ')}`);
  return KINDS[kind](json, () => performance.now());
}

/** Numbers that are not finite have no JSON. */
const plain = (_key: string, value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? null : value);

/**
 * One JSON line per comparison. Exit 0 where all agree, 1 where one does not, 2 where the file is at fault. What is not
 * implemented is counted apart, on stderr.
 */
async function main(): Promise<number> {
  const lines = open(process.argv[2]);
  if (!lines.ok) {
    console.error(`${lines.error.field} ${lines.error.message}`);
    return 2;
  }
  let missed = 0;
  let passed = 0;
  let absent = 0;
  for await (const line of lines.value) {
    if (line.ok === null) absent += 1;
    else if (line.ok) passed += 1;
    else missed += 1;
    process.stdout.write(`${JSON.stringify(line, plain)}\n`);
  }
  if (absent > 0) console.error(`${passed} passed, ${missed} failed, ${absent} not implemented`);
  return missed > 0 ? 1 : 0;
}

process.exitCode = await main();

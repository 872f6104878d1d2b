import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {ReadDataFile} from '../../src/core/data.ts';
import reference from '../fixtures/convex_reference.json';

/** `npm run bench` names it. */
export const DATA_FOLDER = process.env.BASIN_DATA ?? 'public/data';
/** As headless/runExperiment.ts reads them, without the tensor code behind that file. */
export const readData: ReadDataFile = (name) => readFile(join(DATA_FOLDER, name), 'utf8');

/** n training points: a fifth more are drawn and left for testing, as in the page's presets. */
const drawn = (n: number): {readonly n: number; readonly trainFraction: number} => ({n: 1.25 * n, trainFraction: 0.8});

export const xor = (n: number): object => ({id: 'xor', params: drawn(n)});
export const spiral = (n: number): object => ({id: 'spiral', params: {...drawn(n), turns: 1}});

/** An instance of tests/fixtures/convex_reference.json. */
export function referenceData(name: string): {readonly dataset: object; readonly beta: number} {
  const instance = reference.instances.find((one) => one.name === name);
  if (!instance) throw new Error(`convex_reference.json has no ${name}`);
  const {points, targets, beta} = instance;
  return {dataset: {id: 'inline', params: {points, targets, task: 'regression', trainFraction: 1}}, beta};
}

import {chooseBackend} from '../../src/engine/backend.ts';
import {fetchDataFile} from '../../src/engine/data.ts';
import {measureTraining, type Row} from './measure.ts';

/** In Chromium: WebGPU, hardware where there is some. Called by chromium.ts. */
async function measureHere(duration: number): Promise<readonly Row[]> {
  const report = await chooseBackend('webgpu', []);
  return measureTraining(`${report.backend} ${report.device}`.slice(0, 20), fetchDataFile(document.baseURI), duration);
}

Object.assign(globalThis, {measureHere});

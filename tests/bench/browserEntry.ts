import {chooseBackend} from '../../src/engine/backend.ts';
import {fetchDataFile} from '../../src/engine/data.ts';
import {measureGpuLandscape, measureTraining, type Row} from './measure.ts';

/** In Chromium: WebGPU, hardware where there is some. Called by chromium.ts. */
async function measureHere(duration: number): Promise<readonly Row[]> {
  const report = await chooseBackend('webgpu', []);
  const backend = `${report.backend} ${report.device}`.slice(0, 20);
  const readFile = fetchDataFile(document.baseURI);
  return [...(await measureTraining(backend, readFile, duration)), ...(await measureGpuLandscape(backend, readFile, duration))];
}

Object.assign(globalThis, {measureHere});
